/* SPDX-License-Identifier: Apache-2.0 */
/* Directions on a ring and cells of a grid. */
#include "network/draw_ring.h"

#include <phasic/math.h>

double ph_ring_share(double kappa, int64_t i, int64_t n, int64_t j, int64_t m)
{
    return ph_exp(kappa * (ph_cos_turn((double)i / (double)n - (double)j / (double)m) - 1));
}

int64_t ph_grid_side(int64_t n)
{
    int64_t side = 0;
    while (side * side < n)
        side++;
    return side * side == n ? side : 0;
}

/* In integers, so that directions along an edge do not lead across it. */
int ph_grid_leads_out(int64_t i, int64_t side, int64_t j, int64_t m)
{
    int64_t x = i % side, y = i / side, last = side - 1;
    int north = 4 * j < m || 4 * j > 3 * m, south = 4 * j > m && 4 * j < 3 * m;
    int east = j > 0 && 2 * j < m, west = 2 * j > m;
    return (y == last && north) || (y == 0 && south) || (x == last && east) || (x == 0 && west);
}
