/* SPDX-License-Identifier: Apache-2.0 */
/* Joined spans against marks of single cells. */
#include "suite.h"

#include "model/spans.h"

#include <stdlib.h>
#include <string.h>

enum { POPULATIONS = 4, CELLS = 60, SPANS = 12, DRAWS = 400 };

static int below(int n)
{
    return (int)((unsigned)rand() % (unsigned)n);
}

static void joined_spans_have_the_same_cells(void)
{
    srand(3);
    for (int draw = 0; draw < DRAWS; draw++) {
        char marked[POPULATIONS][CELLS];
        ph_span spans[SPANS];
        int n = below(SPANS + 1);
        memset(marked, 0, sizeof marked);
        for (int s = 0; s < n; s++) {
            int first = below(CELLS), count = 1 + below(CELLS - first);
            count = draw % 2 ? count : 1; /* single cells, too */
            spans[s] = (ph_span){below(POPULATIONS), first, count};
            memset(marked[spans[s].population] + first, 1, (size_t)count);
        }
        ph_spans_join(spans, &n);
        for (int p = 0; p < POPULATIONS; p++)
            for (int i = 0; i < CELLS; i++)
                CU_ASSERT_EQUAL(ph_spans_have(spans, n, p, i), marked[p][i]);
        for (int s = 1; s < n; s++) /* in order, with a cell between two */
            CU_ASSERT(spans[s].population > spans[s - 1].population ||
                      spans[s].first > spans[s - 1].first + spans[s - 1].count);
    }
}

static void the_first_span_from_a_cell_is_found(void)
{
    ph_span spans[] = {{2, 10, 5}, {0, 4, 2}, {2, 15, 1}, {2, 30, 9}, {0, 4, 1}};
    int n = 5;
    ph_spans_join(spans, &n);
    CU_ASSERT_EQUAL(n, 3);
    CU_ASSERT_EQUAL(ph_spans_from(spans, n, 0, 0), 0);
    CU_ASSERT_EQUAL(ph_spans_from(spans, n, 0, 6), 1);
    CU_ASSERT_EQUAL(ph_spans_from(spans, n, 1, 0), 1);
    CU_ASSERT_EQUAL(ph_spans_from(spans, n, 2, 15), 1);
    CU_ASSERT_EQUAL(ph_spans_from(spans, n, 2, 16), 2);
    CU_ASSERT_EQUAL(ph_spans_from(spans, n, 2, 39), 3);
    CU_ASSERT_EQUAL(ph_spans_from(spans, n, 3, 0), 3);
}

int main(void)
{
    static const suite_test tests[] = {
        {"joined spans have the same cells", joined_spans_have_the_same_cells},
        {"the first span from a cell is found", the_first_span_from_a_cell_is_found},
    };
    return suite_run("spans", tests, (int)(sizeof tests / sizeof tests[0]));
}
