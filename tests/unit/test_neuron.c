/* SPDX-License-Identifier: Apache-2.0 */
/* The exponential functions of the update kernels against libm. */
#include "suite.h"

#include "neuron/exp.h"

#include <math.h>

static void exponentials_of_kernels_agree_with_libm(void)
{
    double worst = 0, worst_f = 0;
    for (int i = -1000000; i <= 1000000; i++) {
        double x = i * 708e-6, near = i * 1e-6;
        worst = fmax(worst, fabs(ph_exp_inline(x) / exp(x) - 1));
        worst = fmax(worst, fabs(ph_exp_inline(near) / exp(near) - 1));
        float y = (float)(i * 87e-6), near_f = (float)near;
        worst_f = fmax(worst_f, fabs(ph_expf_inline(y) / exp(y) - 1));
        worst_f = fmax(worst_f, fabs(ph_expf_inline(near_f) / exp(near_f) - 1));
    }
    CU_ASSERT(worst < 0x1p-51);
    CU_ASSERT(worst_f < 0x1p-22);
    CU_ASSERT(ph_exp_inline(0) == 1 && ph_expf_inline(0) == 1);
}

static void exponentials_of_kernels_end_in_normal_numbers(void)
{
    CU_ASSERT(ph_exp_inline(-HUGE_VAL) == ph_exp_inline(-708) && isnormal(ph_exp_inline(-708)));
    CU_ASSERT(ph_exp_inline(HUGE_VAL) == ph_exp_inline(709) && isnormal(ph_exp_inline(709)));
    CU_ASSERT(ph_expf_inline(-HUGE_VALF) == ph_expf_inline(-87) && isnormal(ph_expf_inline(-87)));
    CU_ASSERT(ph_expf_inline(HUGE_VALF) == ph_expf_inline(88) && isnormal(ph_expf_inline(88)));
    CU_ASSERT(isnan(ph_exp_inline(NAN)) && isnan(ph_expf_inline(NAN)));
}

int main(void)
{
    static const suite_test tests[] = {
        {"exponentials of kernels agree with libm", exponentials_of_kernels_agree_with_libm},
        {"exponentials of kernels end in normal numbers",
         exponentials_of_kernels_end_in_normal_numbers},
    };
    return suite_run("neuron", tests, (int)(sizeof tests / sizeof tests[0]));
}
