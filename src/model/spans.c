/* SPDX-License-Identifier: Apache-2.0 */
/* Joining spans, and finding cells in them. */
#include "model/spans.h"

#include <stdlib.h>

static int in_order(const void *a, const void *b)
{
    const ph_span *x = a, *y = b;
    if (x->population != y->population)
        return x->population < y->population ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

void ph_spans_join(ph_span *spans, int *n)
{
    int joined = 0;
    if (*n > 0)
        qsort(spans, (size_t)*n, sizeof *spans, in_order);
    for (int s = 0; s < *n; s++) {
        ph_span *last = joined > 0 ? &spans[joined - 1] : NULL;
        int64_t end = spans[s].first + spans[s].count;
        if (!last || last->population != spans[s].population ||
            spans[s].first > last->first + last->count)
            spans[joined++] = spans[s];
        else if (end > last->first + last->count)
            last->count = end - last->first;
    }
    *n = joined;
}

int ph_spans_from(const ph_span *spans, int n, int population, int64_t cell)
{
    int low = 0, high = n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        const ph_span *s = &spans[middle];
        if (s->population < population ||
            (s->population == population && s->first + s->count <= cell))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int ph_spans_have(const ph_span *spans, int n, int population, int64_t cell)
{
    int s = ph_spans_from(spans, n, population, cell);
    return s < n && spans[s].population == population && spans[s].first <= cell;
}
