/* SPDX-License-Identifier: Apache-2.0 */
/* Elementary functions against libm, random numbers against Random123 and their distributions,
 * memory. */
#include "suite.h"

#include <phasic/math.h>
#include "base/math_inline.h"
#include "base/memory.h"
#include "base/random.h"

#include <Random123/philox.h>
#include <math.h>
#include <string.h>

static void exponential_and_logarithm_agree_with_libm(void)
{
    double worst_exp = 0, worst_log = 0, worst_expm1 = 0;
    for (int i = -70000; i <= 70000; i++) {
        double x = i * 0.01 + 1e-5 * (i % 7);
        worst_exp = fmax(worst_exp, fabs(ph_exp(x) / exp(x) - 1));
        double small = x * 1e-3;
        if (small != 0)
            worst_expm1 = fmax(worst_expm1, fabs(ph_expm1(small) / expm1(small) - 1));
        double y = exp(x * 0.9);
        if (fabs(x) > 0.02)
            worst_log = fmax(worst_log, fabs(ph_log(y) / log(y) - 1));
    }
    CU_ASSERT(worst_exp < 5e-16);
    CU_ASSERT(worst_log < 5e-16);
    CU_ASSERT(worst_expm1 < 2e-15);
    CU_ASSERT_EQUAL(ph_exp(-800), 0);
    CU_ASSERT(isinf(ph_exp(800)));
    CU_ASSERT(ph_exp(-740) > 0 && fabs(ph_exp(-740) / exp(-740) - 1) < 1e-3);
    CU_ASSERT(isinf(ph_log(0)) && isnan(ph_log(-1)));
    CU_ASSERT_EQUAL(ph_powi(3, 4), 81);
}

static void cosine_and_sine_of_turns_agree_with_libm(void)
{
    double worst = 0;
    for (int i = -100000; i <= 100000; i++) {
        double x = i * 1.7e-5, whole = 2 * M_PI * (x - floor(x + 0.5));
        worst = fmax(worst, fabs(ph_cos_turn(x) - cos(whole)));
        worst = fmax(worst, fabs(ph_sin_turn(x) - sin(whole)));
    }
    CU_ASSERT(worst < 1e-15);
    for (int quarter = -8; quarter <= 8; quarter++) {
        static const double cosine[] = {1, 0, -1, 0};
        CU_ASSERT_EQUAL(ph_cos_turn(quarter * 0.25), cosine[quarter & 3]);
        CU_ASSERT_EQUAL(ph_sin_turn(quarter * 0.25), cosine[(quarter + 3) & 3]);
    }
}

static void draws_are_those_of_the_library(void)
{
    philox4x32_key_t key = {{7, 1u << 16 | 5}};
    philox4x32_ctr_t ctr = {{12, 1u << 24 | 9, 33, 0u << 24 | 4}};
    philox4x32_ctr_t expected = philox4x32(ctr, key);
    ph_random4 drawn = ph_random(((uint64_t)1 << 32) | 7, (ph_purpose)5,
                                 ((int64_t)1 << 32) | 12, 9, 33, 4);
    CU_ASSERT(!memcmp(drawn.v, expected.v, sizeof drawn.v));
    ph_random4 other = ph_random(((uint64_t)1 << 32) | 7, (ph_purpose)6,
                                 ((int64_t)1 << 32) | 12, 9, 33, 4);
    CU_ASSERT(memcmp(drawn.v, other.v, sizeof drawn.v));
}

static void draws_of_many_keys_are_those_of_one(void)
{
    enum { N = 237 };
    uint32_t words[4 * N], each[4 * N], sub[N];
    int64_t id[N];
    double z[N];
    for (int i = 0; i < N; i++) {
        id[i] = ((int64_t)i << 32) + 7 * i;
        sub[i] = (uint32_t)(i * i);
    }
    ph_random_each(9, PH_PURPOSE_BENCH, id, 2, ((int64_t)1 << 34) + 3, sub, N, each);
    ph_random_many(9, PH_PURPOSE_BENCH, ((int64_t)1 << 33) + 5, 3, 2, 70, 11, 6, N, words);
    ph_random_normals(words, N, z);
    for (int i = 0; i < N; i++) {
        ph_random4 one = ph_random(9, PH_PURPOSE_BENCH, ((int64_t)1 << 33) + 5 + 3 * i, 2,
                                   70 + 11 * i, 6);
        ph_random4 other = ph_random(9, PH_PURPOSE_BENCH, id[i], 2, ((int64_t)1 << 34) + 3, sub[i]);
        for (int k = 0; k < 4; k++) {
            CU_ASSERT_EQUAL(words[k * N + i], one.v[k]);
            CU_ASSERT_EQUAL(each[k * N + i], other.v[k]);
        }
        CU_ASSERT_EQUAL(z[i], ph_random_normal(ph_random_unit(one.v[0])));
    }
}

static void kernels_have_the_bits_of_plain_functions(void)
{
    double worst = 0;
    for (int i = 1; i < 100000; i++) {
        double x = pow(10, 600 * (i * 1e-5 - 0.5)), y = (i * 1e-5 - 0.5) * (i % 2 ? 1400 : 2);
        CU_ASSERT_EQUAL(ph_log_inline(x), ph_log(x));
        CU_ASSERT_EQUAL(ph_log_inline(1 + i * 1e-5), ph_log(1 + i * 1e-5));
        worst = fmax(worst, fabs(ph_expm1_inline(y) / expm1(y) - 1));
    }
    CU_ASSERT(worst < 0x1p-50);
    CU_ASSERT_EQUAL(ph_expm1_inline(0), 0);
    for (uint32_t i = 0; i < 100000; i++) {
        uint32_t bits = i < 50 ? i : i * 42949;
        double z;
        ph_random_normals(&bits, 1, &z);
        CU_ASSERT_EQUAL(z, ph_random_normal(ph_random_unit(bits)));
    }
}

/* Phi by libm's erfc against the inverse used for draws. */
static void inverse_normal_inverts_the_normal_distribution(void)
{
    double worst = 0;
    for (int i = 1; i < 100000; i++) {
        double u = i * 1e-5, x = ph_random_normal(u);
        worst = fmax(worst, fabs(0.5 * erfc(-x * M_SQRT1_2) - u));
    }
    CU_ASSERT(worst < 1e-14);
    CU_ASSERT_DOUBLE_EQUAL(ph_random_normal(1e-9), -5.997807015007687, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(ph_random_normal(0.5), 0, 1e-16);
}

static void integers_below_n_are_uniform(void)
{
    enum { N = 13, DRAWS = 130000 };
    int count[N] = {0};
    for (int i = 0; i < DRAWS; i++) {
        ph_random4 bits = ph_random(3, PH_PURPOSE_BENCH, i, 0, 0, 0);
        count[ph_random_below(bits.v[0], bits.v[1], N)]++;
    }
    double chi2 = 0;
    for (int i = 0; i < N; i++)
        chi2 += pow(count[i] - (double)DRAWS / N, 2) / ((double)DRAWS / N);
    CU_ASSERT(chi2 < 32.9); /* 12 degrees of freedom, p = 0.001 */
}

static void memory_is_aligned_zeroed_and_counted(void)
{
    int64_t before = ph_memory_blocks();
    unsigned char *small = ph_calloc(3, 5), *large = ph_calloc(5, 1 << 20);
    CU_ASSERT_FATAL(small && large);
    CU_ASSERT_EQUAL((uintptr_t)small % 64, 0);
    int sum = 0;
    for (int i = 0; i < 15; i++)
        sum += small[i];
    for (int i = 0; i < 5 << 20; i++)
        sum += large[i];
    CU_ASSERT_EQUAL(sum, 0);
    CU_ASSERT_EQUAL(ph_memory_blocks(), before + 2);
    small[14] = 9;
    small = ph_realloc(small, 15, 4000);
    CU_ASSERT_FATAL(small != NULL);
    CU_ASSERT_EQUAL(small[14], 9);
    ph_free(small);
    ph_free(large);
    ph_free(NULL);
    CU_ASSERT_EQUAL(ph_memory_blocks(), before);
    CU_ASSERT_PTR_NULL(ph_calloc(SIZE_MAX, 8));
}

int main(void)
{
    static const suite_test tests[] = {
        {"exponential and logarithm agree with libm", exponential_and_logarithm_agree_with_libm},
        {"cosine and sine of turns agree with libm", cosine_and_sine_of_turns_agree_with_libm},
        {"draws are those of the library", draws_are_those_of_the_library},
        {"draws of many keys are those of one", draws_of_many_keys_are_those_of_one},
        {"kernels have the bits of plain functions", kernels_have_the_bits_of_plain_functions},
        {"inverse normal inverts the normal distribution",
         inverse_normal_inverts_the_normal_distribution},
        {"integers below n are uniform", integers_below_n_are_uniform},
        {"memory is aligned, zeroed and counted", memory_is_aligned_zeroed_and_counted},
    };
    return suite_run("base", tests, (int)(sizeof tests / sizeof tests[0]));
}
