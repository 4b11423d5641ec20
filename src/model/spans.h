/* SPDX-License-Identifier: Apache-2.0 */
/* Many spans of cells as one list in order, in which a cell is found by halving. */
#ifndef PHASIC_MODEL_SPANS_H
#define PHASIC_MODEL_SPANS_H

#include <phasic/param.h>

/** @brief Sort spans by population and first cell, and join those that touch or overlap.
 *  Not collective. @param n in, out: how many */
void ph_spans_join(ph_span *spans, int *n);

/** @brief The first joined span that ends behind a cell of a population, or is of a later one.
 *  Not collective. @return its index; n: there is none */
int ph_spans_from(const ph_span *spans, int n, int population, int64_t cell);

/** @brief Whether a cell is in one of the joined spans. Not collective. */
int ph_spans_have(const ph_span *spans, int n, int population, int64_t cell);

#endif
