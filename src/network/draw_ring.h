/* SPDX-License-Identifier: Apache-2.0 */
/* Connections of populations that lie on a ring, or on a square grid: pure functions of the
 * indices, nothing is drawn. Cell i of n on a ring stands for the direction i / n of a turn,
 * clockwise from north (+y); the grid's cells go row by row from its south-west corner. */
#ifndef PHASIC_NETWORK_DRAW_RING_H
#define PHASIC_NETWORK_DRAW_RING_H

#include <stdint.h>

/** @brief exp(kappa (cos(angle) - 1)) of the angle between two directions, by base/math.h.
 *  Not collective. @param i,n,j,m cells i of n and j of m */
double ph_ring_share(double kappa, int64_t i, int64_t n, int64_t j, int64_t m);

/** @brief Side of a square of n cells; 0 where n is no square. Not collective. */
int64_t ph_grid_side(int64_t n);

/** @brief Whether cell i of a grid lies on an edge that direction j of m leads across.
 *  Not collective. */
int ph_grid_leads_out(int64_t i, int64_t side, int64_t j, int64_t m);

#endif
