/* SPDX-License-Identifier: Apache-2.0 */
/* Short-term plasticity from spike to spike against a clock-driven integration of its equations. */
#include "suite.h"

#include "base/random.h"
#include "plasticity/release.h"

#include <math.h>

#define H 0.1 /* ms */

/* U as a receptor might move it: up and down, and none at all for 2 of 10 s. */
static double moved_U(const ph_release_constants *c, ph_step t)
{
    double phase = fmod((double)t * H * 1e-3, 10);
    return phase < 2 ? 0 : c->U * (1 + 0.8 * sin(phase));
}

/* Forward in steps of H: recovery and decay, then the spike, as the equations say. */
static void compare(const ph_release_constants *c, double rate_hz, int64_t id, int is_moved)
{
    ph_release release = {0};
    double u = 0, R = 1, least = 1, most = 0;
    for (ph_step t = 1; t <= 200000; t++) {
        R = c->tau_rec > 0 ? 1 + (R - 1) * exp(-H / c->tau_rec) : 1;
        u = c->tau_facil > 0 ? u * exp(-H / c->tau_facil) : 0;
        double drawn = ph_random_unit(ph_random(7, PH_PURPOSE_BENCH, id, 0, t, 0).v[0]);
        if (drawn >= rate_hz * H * 1e-3)
            continue;
        double U = is_moved ? moved_U(c, t) : c->U;
        u += U * (1 - u);
        double released = u * R;
        R -= released;
        CU_ASSERT_DOUBLE_EQUAL(ph_release_at(c, U, H, t, &release), released, 1e-10);
        least = fmin(least, released);
        most = fmax(most, released);
    }
    CU_ASSERT(most > 1.05 * least); /* the test sees depression or facilitation */
}

static void releases_as_its_equations_say(void)
{
    static const ph_release_constants depressing = {0.5, 800, 0}, facilitating = {0.05, 100, 1000};
    static const ph_release_constants both = {0.25, 300, 300}, no_resources = {0.05, 0, 530};
    for (int is_moved = 0; is_moved < 2; is_moved++) {
        compare(&depressing, 20, 1, is_moved);
        compare(&facilitating, 20, 2, is_moved);
        compare(&both, 50, 3, is_moved);
        compare(&no_resources, 30, 4, is_moved);
    }
}

static void a_steady_train_settles_where_theory_says(void)
{
    /* 20 Hz without facilitation: R = (1 - k) / (1 - (1 - U) k), k = exp(-50 ms / tau_rec). */
    ph_release_constants c = {0.5, 800, 0};
    ph_release release = {0};
    double released = 0, k = exp(-50 / c.tau_rec);
    CU_ASSERT_DOUBLE_EQUAL(ph_release_at(&c, c.U, H, 500, &release), 0.5, 1e-15);
    for (ph_step n = 2; n <= 400; n++)
        released = ph_release_at(&c, c.U, H, 500 * n, &release);
    CU_ASSERT_DOUBLE_EQUAL(released, c.U * (1 - k) / (1 - (1 - c.U) * k), 1e-12);
}

int main(void)
{
    static const suite_test tests[] = {
        {"releases as its equations say", releases_as_its_equations_say},
        {"a steady train settles where theory says", a_steady_train_settles_where_theory_says},
    };
    return suite_run("release", tests, (int)(sizeof tests / sizeof tests[0]));
}
