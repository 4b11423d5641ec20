/* SPDX-License-Identifier: Apache-2.0 */
/* Drawn numbers against the distributions they are to follow: Poisson counts, binomial splits,
 * weights and delays within bounds. Limits are at p of about 0.001 under fixed seeds. */
#include "suite.h"

#include "base/memory.h"
#include "network/delay_table.h"
#include "network/draw.h"
#include "stimulus/stimuli.h"

#include <math.h>
#include <string.h>

enum { NEURONS = 2000, STEPS = 400 };

/* chi^2 of counts 0 .. n - 1 (the last holds the tail) against a Poisson distribution. */
static double chi2_poisson(const int64_t *count, int n, double mean, double total)
{
    double p = exp(-mean), tail = 1, chi2 = 0;
    for (int k = 0; k < n; k++) {
        double expected = total * (k == n - 1 ? tail : p);
        chi2 += pow((double)count[k] - expected, 2) / expected;
        tail -= p;
        p *= mean / (k + 1);
    }
    return chi2;
}

static void draw_counts(double mean, ph_gid gid, ph_gid stride, int n, ph_step steps,
                        ph_sum *in)
{
    ph_poisson_table table;
    int64_t drawn = -1;
    uint32_t *buffer = ph_calloc(4 * (size_t)n, sizeof *buffer);
    CU_ASSERT_FATAL(buffer != NULL);
    ph_poisson_prepare(mean, &table);
    for (ph_step t = 1; t <= steps; t++) {
        ph_stimulus_step s = {.step = t, .seed = 11, .stream = 3, .gid = gid, .stride = stride,
                              .n = n, .weight = 1, .in = in + (t - 1) * n, .drawn = &drawn,
                              .buffer = buffer};
        ph_poisson_add(&table, &s);
    }
    ph_free(buffer);
}

static void poisson_counts_follow_their_distribution(void)
{
    static const double means[] = {0.02, 0.128, 0.9, 2.9};
    ph_sum *in = ph_calloc((size_t)NEURONS * STEPS, sizeof *in);
    CU_ASSERT_FATAL(in != NULL);
    for (size_t m = 0; m < sizeof means / sizeof means[0]; m++) {
        memset(in, 0, (size_t)NEURONS * STEPS * sizeof *in);
        draw_counts(means[m], 0, 1, NEURONS, STEPS, in);
        int64_t count[6] = {0};
        int classes = means[m] < 0.1 ? 3 : means[m] < 0.5 ? 4 : 6;
        for (int i = 0; i < NEURONS * STEPS; i++)
            count[in[i] < classes - 1 ? in[i] : classes - 1]++;
        double chi2 = chi2_poisson(count, classes, means[m], (double)NEURONS * STEPS);
        CU_ASSERT(chi2 < 20.5); /* 5 degrees of freedom */
    }
    ph_free(in);
}

static void poisson_counts_do_not_depend_on_who_draws_them(void)
{
    ph_sum *all = ph_calloc(40 * 60, sizeof *all), *part = ph_calloc(40 * 20, sizeof *part);
    CU_ASSERT_FATAL(all && part);
    draw_counts(0.4, 1000, 1, 40, 60, all);
    draw_counts(0.4, 1001, 3, 13, 60, part);
    int different = 0;
    for (int t = 0; t < 60; t++)
        for (int i = 0; i < 13; i++)
            different += all[t * 40 + 1 + 3 * i] != part[t * 13 + i];
    CU_ASSERT_EQUAL(different, 0);
    ph_free(all);
    ph_free(part);
}

static void poisson_inputs_of_single_rates_have_their_means(void)
{
    enum { N = 64, T = 20000 };
    ph_poisson_cell cells[N];
    uint32_t buffer[4 * N];
    ph_sum in[N] = {0};
    int64_t drawn = -1;
    for (int i = 0; i < N; i++) {
        cells[i].index = N - 1 - i;
        cells[i].mean = 0.01f * (float)(i + 1);
        cells[i].zero = (float)exp(-(double)cells[i].mean);
    }
    for (ph_step t = 1; t <= T; t++) {
        ph_stimulus_step s = {.step = t, .seed = 5, .gid = 7, .stride = 2, .n = N, .weight = 1,
                              .in = in, .drawn = &drawn, .buffer = buffer};
        ph_poisson_add_each(cells, N, PH_PURPOSE_TASK_INPUT, &s);
    }
    for (int i = 0; i < N; i++) {
        double expected = (double)cells[i].mean * T;
        CU_ASSERT(fabs((double)in[N - 1 - i] - expected) < 4.5 * sqrt(expected));
    }
}

static void binomial_splits_have_mean_and_variance(void)
{
    static const struct {
        int64_t n;
        double p;
    } cases[] = {{5, 0.5}, {40, 0.1}, {1000, 0.5}, {100000, 0.3}, {30000000, 0.5}, {50, 0.9}};
    enum { DRAWS = 20000 };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        double n = (double)cases[c].n, p = cases[c].p, sum = 0, squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            double k = (double)ph_draw_binomial(cases[c].n, p, 3, i, 0, (int64_t)c);
            CU_ASSERT_FATAL(k >= 0 && k <= n);
            sum += k - n * p;
            squares += (k - n * p) * (k - n * p);
        }
        double variance = n * p * (1 - p);
        CU_ASSERT(fabs(sum / DRAWS) < 4.5 * sqrt(variance / DRAWS));
        CU_ASSERT(fabs(squares / DRAWS / variance - 1) < 5 * sqrt(2.0 / DRAWS) + 0.01);
    }
    CU_ASSERT_EQUAL(ph_draw_binomial(0, 0.5, 1, 1, 1, 1), 0);
    CU_ASSERT_EQUAL(ph_draw_binomial(7, 1, 1, 1, 1, 1), 7);
}

static void distributions_keep_their_bounds(void)
{
    ph_dist normal = {.type = PH_DIST_NORMAL, .mean = 1.5, .sd = 0.75, .min = 0.1, .max = HUGE_VAL};
    ph_dist lognormal = {.type = PH_DIST_LOGNORMAL, .mean = 2, .sd = 1, .min = -HUGE_VAL,
                         .max = HUGE_VAL};
    ph_dist uniform = {.type = PH_DIST_UNIFORM, .min = 5, .max = 8, .mean = 6.5};
    enum { N = 200000 };
    double sum_log = 0, squares_log = 0, sum_uniform = 0, sum_normal = 0;
    for (int i = 0; i < N; i++) {
        uint32_t bits = ph_random(2, PH_PURPOSE_BENCH, i, 0, 0, 0).v[0];
        double a = ph_draw_dist(&normal, bits, 2, PH_PURPOSE_DELAY, i, 0, 0);
        double b = ph_draw_dist(&lognormal, bits, 2, PH_PURPOSE_DELAY, i, 1, 0);
        double c = ph_draw_dist(&uniform, bits, 2, PH_PURPOSE_DELAY, i, 2, 0);
        CU_ASSERT_FATAL(a >= 0.1 && a <= ph_dist_bound(&normal));
        CU_ASSERT_FATAL(b > 0 && b <= ph_dist_bound(&lognormal));
        CU_ASSERT_FATAL(c >= 5 && c <= 8);
        sum_normal += a;
        sum_log += b;
        squares_log += (b - 2) * (b - 2);
        sum_uniform += c;
    }
    /* Mean of a normal cut at alpha = (0.1 - 1.5) / 0.75: mu + sd phi / (1 - Phi). */
    double alpha = -1.4 / 0.75, phi = exp(-alpha * alpha / 2) / sqrt(2 * M_PI);
    CU_ASSERT_DOUBLE_EQUAL(sum_normal / N, 1.5 + 0.75 * phi / (0.5 * erfc(alpha * M_SQRT1_2)),
                           0.008);
    CU_ASSERT_DOUBLE_EQUAL(sum_log / N, 2, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(squares_log / N, 1, 0.05);
    CU_ASSERT_DOUBLE_EQUAL(sum_uniform / N, 6.5, 0.01);
}

/* The table against the distribution itself: random draws, and both sides of every edge. */
static void tabulated_delays_are_those_of_the_distribution(void)
{
    static const ph_dist delays[] = {
        {.type = PH_DIST_NORMAL, .mean = 1.5, .sd = 0.75, .min = 0.1, .max = HUGE_VAL},
        {.type = PH_DIST_NORMAL, .mean = 2, .sd = 1, .min = 1.234, .max = 2.5},
        {.type = PH_DIST_LOGNORMAL, .mean = 2, .sd = 1, .min = 0.1, .max = 20},
        {.type = PH_DIST_UNIFORM, .min = 5, .max = 8, .mean = 6.5},
        {.mean = 0.75, .min = -HUGE_VAL, .max = HUGE_VAL}};
    for (size_t d = 0; d < sizeof delays / sizeof delays[0]; d++) {
        ph_delay_table *table = NULL;
        CU_ASSERT_EQUAL_FATAL(ph_delay_table_create(&delays[d], 0.1, &table), PH_OK);
        for (int i = 0; i < 100000 + 2 * table->n; i++) {
            uint32_t bits = i < 2 * table->n ? table->begin[i / 2] - (uint32_t)(i % 2)
                                             : ph_random(2, PH_PURPOSE_BENCH, i, 0, 0, 0).v[0];
            double x = ph_dist_value(&delays[d], bits);
            int out = x < delays[d].min || x > delays[d].max;
            CU_ASSERT_EQUAL(ph_delay_table_look_up(table, bits),
                            out ? PH_DELAY_OUT_OF_BOUNDS : (int)floor(x / 0.1 + 0.5));
        }
        ph_delay_table_destroy(&table);
    }
}

/* --- noise ------------------------------------------------------------------------------------ */

/* One step of a noise of mean 2 pA and sd 3 pA into n neurons of a population that begins at 100, if
 * they are among its `neurons` (0: all) from `first` on. */
static void draw_noise(int distribution, int64_t first, int64_t neurons, ph_gid gid,
                       ph_gid stride, int n, ph_real *I)
{
    _Alignas(16) char params[256] = {0};
    const ph_table *table = ph_stimulus_noise.base.params;
    CU_ASSERT_FATAL(table->size <= sizeof params);
    for (int i = 0; i < table->count; i++) {
        void *value = params + table->params[i].offset;
        const char *name = table->params[i].name;
        if (table->params[i].kind == PH_KIND_CHOICE)
            *(int *)value = distribution;
        else if (table->params[i].kind == PH_KIND_INT)
            *(int64_t *)value = !strcmp(name, "first") ? first : neurons;
        else
            *(double *)value = !strcmp(name, "mean")    ? 2
                               : !strcmp(name, "sd")    ? 3
                               : !strcmp(name, "start") ? 0
                               : !strcmp(name, "stop")  ? 1e12
                                                        : 1;
    }
    int64_t drawn = -1;
    uint32_t *buffer = ph_calloc(4 * (size_t)n, sizeof *buffer);
    CU_ASSERT_FATAL(buffer != NULL);
    ph_stimulus_step s = {.step = 7, .h = 1, .seed = 11, .stream = 3, .gid = gid, .stride = stride,
                          .first = 100, .n = n, .I = I, .drawn = &drawn, .buffer = buffer};
    ph_stimulus_noise.step(params, &s);
    ph_free(buffer);
}

static void noise_follows_its_distribution(void)
{
    enum { MANY = 100000 };
    static ph_real I[MANY], part[1000];
    for (int distribution = 0; distribution < 2; distribution++) {
        memset(I, 0, sizeof I);
        memset(part, 0, sizeof part);
        draw_noise(distribution, 0, 0, 100, 1, MANY, I);
        double mean = 0, squares = 0, fourth = 0, least = 1e9, most = -1e9;
        for (int i = 0; i < MANY; i++) {
            double z = ((double)I[i] - 2) / 3;
            mean += z / MANY;
            squares += z * z / MANY;
            fourth += z * z * z * z / MANY;
            least = z < least ? z : least;
            most = z > most ? z : most;
        }
        CU_ASSERT_DOUBLE_EQUAL(mean, 0, 0.01);
        CU_ASSERT_DOUBLE_EQUAL(squares, 1, 0.015);
        CU_ASSERT_DOUBLE_EQUAL(fourth, distribution ? 1.8 : 3, 0.12); /* kurtosis */
        if (distribution)
            CU_ASSERT(least > -1.73206 && least < -1.73 && most < 1.73206 && most > 1.73);
        /* The same neurons in another block. */
        draw_noise(distribution, 0, 0, 103, 7, 1000, part);
        for (int i = 0; i < 1000; i++)
            CU_ASSERT_EQUAL(part[i], I[3 + 7 * i]);
    }
}

/* A population that is shared out among three blocks. */
static void noise_reaches_the_neurons_that_are_meant(void)
{
    static const int64_t meant[][3] = {{0, 7, 7}, {0, 12, 12}, {2, 5, 7}, {5, 1, 6}, {4, 0, 12},
                                       {11, 30, 12}, {12, 4, 12}}; /* first, neurons, their end */
    for (int k = 0; k < 7; k++)
        for (int block = 0; block < 3; block++) {
            ph_real I[4] = {0}, all[4] = {0};
            draw_noise(0, meant[k][0], meant[k][1], 100 + block, 3, 4, I);
            draw_noise(0, 0, 0, 100 + block, 3, 4, all);
            for (int i = 0; i < 4; i++) {
                int neuron = block + 3 * i, is_meant = neuron >= meant[k][0] && neuron < meant[k][2];
                CU_ASSERT_EQUAL(I[i], is_meant ? all[i] : 0);
            }
        }
}

int main(void)
{
    static const suite_test tests[] = {
        {"Poisson counts follow their distribution", poisson_counts_follow_their_distribution},
        {"Poisson counts do not depend on who draws them",
         poisson_counts_do_not_depend_on_who_draws_them},
        {"Poisson inputs of single rates have their means",
         poisson_inputs_of_single_rates_have_their_means},
        {"binomial splits have mean and variance", binomial_splits_have_mean_and_variance},
        {"distributions keep their bounds", distributions_keep_their_bounds},
        {"tabulated delays are those of the distribution",
         tabulated_delays_are_those_of_the_distribution},
        {"noise follows its distribution", noise_follows_its_distribution},
        {"noise reaches the neurons that are meant", noise_reaches_the_neurons_that_are_meant},
    };
    return suite_run("draw", tests, (int)(sizeof tests / sizeof tests[0]));
}
