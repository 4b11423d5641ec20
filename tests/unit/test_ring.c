/* SPDX-License-Identifier: Apache-2.0 */
/* Connections on a ring and from a grid to headings, against the geometry in libm. */
#include "suite.h"

#include "network/connect.h"
#include "network/draw.h"

#include <math.h>

/* A brain of two populations and one projection, as far as drawing looks at it. */
typedef struct made {
    ph_brain brain;
    ph_population source, target;
    ph_population *populations[2];
    ph_projection projection;
    ph_connect_ring_params ring;
} made;

static void make(made *m, const ph_descriptor *rule, ph_span source, ph_span target)
{
    *m = (made){.source = {.gid = 0}, .target = {.gid = 1000}};
    m->populations[0] = &m->source;
    m->populations[1] = &m->target;
    m->brain.populations = m->populations;
    m->brain.n_populations = 2;
    m->brain.simulation.resolution = 1;
    m->ring = (ph_connect_ring_params){.kappa = 20};
    m->projection = (ph_projection){.address = "test"};
    m->projection.source.span = source;
    m->projection.target.span = target;
    m->projection.connect = (ph_variant){.type = rule, .params = &m->ring};
    m->projection.weight = (ph_dist){.mean = 3, .min = -HUGE_VAL, .max = HUGE_VAL};
    m->projection.delay = (ph_dist){.mean = 1, .min = -HUGE_VAL, .max = HUGE_VAL};
}

/* Weights of all pairs, w[target of the span][source of it]; 0: no synapse. */
static void draw_all(const made *m, double w[40][144])
{
    const ph_span *to = &m->projection.target.span, *from = &m->projection.source.span;
    ph_drawer *drawer = NULL;
    CU_ASSERT_EQUAL_FATAL(
        ph_drawer_create(&m->brain, &m->projection, 1, to->first, to->count, &drawer), PH_OK);
    for (int64_t j = 0; j < to->count; j++) {
        ph_drawn drawn;
        double weight[144];
        CU_ASSERT_EQUAL_FATAL(ph_drawer_incoming(drawer, to->first + j, &drawn), PH_OK);
        for (int64_t i = 0; i < from->count; i++)
            w[j][i] = 0;
        ph_drawer_weights(drawer, to->first + j, &drawn, 0, (int)drawn.n, weight);
        for (int64_t k = 0; k < drawn.n; k++) {
            w[j][drawn.source[k] - from->first] = weight[k];
            CU_ASSERT(k == 0 || drawn.source[k] > drawn.source[k - 1]);
        }
    }
    ph_drawer_destroy(&drawer);
}

static void weights_on_a_ring_fall_with_the_angle(void)
{
    static double w[40][144];
    for (int autapses = 0; autapses < 2; autapses++) {
        made m;
        make(&m, &ph_connect_ring, (ph_span){1, 0, 40}, (ph_span){1, 0, 40});
        m.ring.autapses = autapses;
        draw_all(&m, w);
        for (int j = 0; j < 40; j++)
            for (int i = 0; i < 40; i++) {
                double expected = 3 * exp(20 * (cos(2 * M_PI * (i - j) / 40) - 1));
                CU_ASSERT_DOUBLE_EQUAL(w[j][i], i == j && !autapses ? 0 : expected, 1e-13);
            }
    }
}

static void rings_of_two_sizes_share_their_directions(void)
{
    static double w[40][144];
    made m;
    make(&m, &ph_connect_ring, (ph_span){0, 5, 72}, (ph_span){1, 3, 36});
    draw_all(&m, w);
    for (int j = 0; j < 36; j++)
        for (int i = 0; i < 72; i++)
            CU_ASSERT_DOUBLE_EQUAL(w[j][i], 3 * exp(20 * (cos(2 * M_PI * (i - 2 * j) / 72) - 1)),
                                   1e-13);
}

/* Cell (x, y) reaches a heading unless a step that way leaves the square. */
static void headings_do_not_lead_out_of_the_grid(void)
{
    static double w[40][144];
    static const int sides[] = {2, 11, 12};
    for (int k = 0; k < 3; k++) {
        int side = sides[k], last = side - 1;
        made m;
        make(&m, &ph_connect_headings, (ph_span){0, 7, side * side}, (ph_span){1, 0, 40});
        draw_all(&m, w);
        for (int j = 0; j < 40; j++) {
            double east = sin(2 * M_PI * j / 40), north = cos(2 * M_PI * j / 40), least = 1e-9;
            for (int i = 0; i < side * side; i++) {
                int x = i % side, y = i / side;
                int leads_out = (x == 0 && east < -least) || (x == last && east > least) ||
                                (y == 0 && north < -least) || (y == last && north > least);
                CU_ASSERT_EQUAL(w[j][i], leads_out ? 0 : 3);
            }
        }
    }
}

int main(void)
{
    static const suite_test tests[] = {
        {"weights on a ring fall with the angle", weights_on_a_ring_fall_with_the_angle},
        {"rings of two sizes share their directions", rings_of_two_sizes_share_their_directions},
        {"headings do not lead out of the grid", headings_do_not_lead_out_of_the_grid},
    };
    return suite_run("ring", tests, (int)(sizeof tests / sizeof tests[0]));
}
