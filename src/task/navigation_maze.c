/* SPDX-License-Identifier: Apache-2.0 */
/* A square maze: its place cells, and movement by a population vector of headings. */
#include "task/navigation.h"

#include <phasic/math.h>

#include <string.h>

#define FARTHEST 12.0 /* squared widths from where a place cell is silent: exp(-12) of its rate */

void ph_maze_enter(const ph_navigation_params *p, ph_maze_animal *animal)
{
    memset(animal, 0, sizeof *animal);
    animal->x = p->start_x;
    animal->y = p->start_y;
    int64_t n = p->headings.cells.span.count;
    for (int64_t i = 0; i < n; i++) {
        animal->east[i] = ph_sin_turn((double)i / (double)n);
        animal->north[i] = ph_cos_turn((double)i / (double)n);
    }
}

/* One wall at a time, as in Brzosko et al. 2017. */
static void bounce(const ph_navigation_params *p, ph_maze_animal *animal)
{
    if (animal->x <= -p->half_side)
        animal->x += p->bounce;
    else if (animal->x >= p->half_side)
        animal->x -= p->bounce;
    else if (animal->y <= -p->half_side)
        animal->y += p->bounce;
    else if (animal->y >= p->half_side)
        animal->y -= p->bounce;
}

void ph_maze_move(const ph_navigation_params *p, double beat_ms, const int64_t *counts,
                  ph_maze_animal *animal)
{
    const ph_maze_headings *h = &p->headings;
    double left_rise = ph_exp(-beat_ms / h->tau_rise), left_decay = ph_exp(-beat_ms / h->tau_decay);
    double sum[2] = {0, 0}, speed[2];
    int64_t n = h->cells.span.count;
    for (int64_t i = 0; i < n; i++) {
        sum[0] += (double)counts[i] * animal->east[i];
        sum[1] += (double)counts[i] * animal->north[i];
    }
    for (int k = 0; k < 2; k++) {
        animal->rise[k] = animal->rise[k] * left_rise + sum[k];
        animal->decay[k] = animal->decay[k] * left_decay + sum[k];
        double rate = (animal->decay[k] - animal->rise[k]) / (h->tau_decay - h->tau_rise);
        speed[k] = h->speed * rate / (double)n;
    }
    animal->x += speed[0] * beat_ms;
    animal->y += speed[1] * beat_ms;
    bounce(p, animal);
}

int ph_maze_is_in(const ph_maze_animal *animal, const ph_maze_place *place)
{
    double x = animal->x - place->x, y = animal->y - place->y;
    return x * x + y * y <= place->radius * place->radius;
}

int64_t ph_maze_side(const ph_navigation_params *p)
{
    int64_t side = 2, n = p->place_cells.target.span.count;
    while (side < PH_MAZE_SIDE && side * side < n)
        side++;
    return side * side == n ? side : 0;
}

/* A field is the product of one along each axis. */
void ph_maze_rates(const ph_navigation_params *p, double x, double y, int64_t first,
                   int64_t stride, int64_t n, float *rate)
{
    const ph_maze_cells *cells = &p->place_cells;
    int64_t side = ph_maze_side(p);
    double gap = 2 * p->half_side / (double)(side - 1), d2[2][PH_MAZE_SIDE], f[2][PH_MAZE_SIDE];
    for (int64_t k = 0; k < side; k++) {
        double dx = (x + p->half_side - gap * (double)k) / cells->width;
        double dy = (y + p->half_side - gap * (double)k) / cells->width;
        f[0][k] = ph_exp(-(d2[0][k] = dx * dx));
        f[1][k] = ph_exp(-(d2[1][k] = dy * dy));
    }
    for (int64_t j = 0; j < n; j++) {
        int64_t i = first + j * stride, column = i % side, row = i / side;
        int is_far = d2[0][column] + d2[1][row] > FARTHEST;
        rate[j] = is_far ? 0 : (float)(cells->rate * f[0][column] * f[1][row]);
    }
}
