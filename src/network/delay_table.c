/* SPDX-License-Identifier: Apache-2.0 */
/* Tabulating delays by bisection of the distribution. */
#include "network/delay_table.h"

#include "base/memory.h"
#include "network/draw.h"

#include <math.h>

uint16_t ph_delay_steps(double delay, double h)
{
    double steps = floor(delay / h + 0.5);
    return steps < 1 ? 1 : steps > UINT16_MAX ? UINT16_MAX : (uint16_t)steps;
}

static uint16_t steps_of(const ph_dist *delay, double h, uint32_t bits)
{
    double x = ph_dist_value(delay, bits);
    return x < delay->min || x > delay->max ? PH_DELAY_OUT_OF_BOUNDS : ph_delay_steps(x, h);
}

/* The last bits from `first` on that give the same as `first`. */
static uint32_t last_alike(const ph_dist *delay, double h, uint32_t first)
{
    uint16_t steps = steps_of(delay, h, first);
    /* Values out of bounds lie at both ends: those at the lower end are no guide to the upper. */
    double x = ph_dist_value(delay, first);
    uint32_t low = first, high = UINT32_MAX;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2 + 1;
        int alike = steps_of(delay, h, middle) == steps &&
                    (x < delay->min) == (ph_dist_value(delay, middle) < delay->min);
        if (alike)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static ph_status add(ph_delay_table *table, size_t *room, uint32_t begin, uint16_t steps)
{
    size_t rooms = *room;
    PH_GROW(table->begin, rooms, (size_t)table->n + 1);
    PH_GROW(table->steps, *room, (size_t)table->n + 1);
    table->begin[table->n] = begin;
    table->steps[table->n++] = steps;
    return PH_OK;
}

static ph_status fill(const ph_dist *delay, double h, ph_delay_table *table)
{
    size_t room = 0;
    for (uint64_t bits = 0; bits <= UINT32_MAX;) {
        PH_TRY(add(table, &room, (uint32_t)bits, steps_of(delay, h, (uint32_t)bits)));
        bits = (uint64_t)last_alike(delay, h, (uint32_t)bits) + 1;
    }
    int interval = 0;
    for (uint32_t part = 0; part < 1u << PH_DELAY_GUIDE_BITS; part++) {
        uint32_t bits = part << (32 - PH_DELAY_GUIDE_BITS);
        while (interval + 1 < table->n && table->begin[interval + 1] <= bits)
            interval++;
        table->guide[part] = (uint16_t)interval;
    }
    return PH_OK;
}

ph_status ph_delay_table_create(const ph_dist *delay, double h, ph_delay_table **table)
{
    PH_ALLOC(*table, 1);
    return fill(delay, h, *table);
}

void ph_delay_table_destroy(ph_delay_table **table)
{
    if (!*table)
        return;
    ph_free((*table)->begin);
    ph_free((*table)->steps);
    ph_free(*table);
    *table = NULL;
}
