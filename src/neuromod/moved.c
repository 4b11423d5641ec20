/* SPDX-License-Identifier: Apache-2.0 */
/* What receptors make of modulated parameters. */
#include "neuromod/state.h"

#include <string.h>

/* A value p moved by one receptor. */
static double moved(const ph_neuromod *m, const ph_modulation *modulation, int site, double p)
{
    const ph_curve *curve = &modulation->curve;
    int place = ph_place_of(m, modulation->transmitter, modulation->receptor_index, site);
    ph_receptor_state state = modulation->delay_beats > 0
                                  ? ph_delayed_at(m->delayed, place, modulation->delay_beats)
                                  : m->receptors[place];
    double f = ph_curve_at(curve, &state);
    if (modulation->combine == PH_COMBINE_SUM)
        return p + curve->gain * f;
    return p * (curve->offset + curve->gain * f);
}

double ph_neuromod_moved(const ph_neuromod *m, const ph_map *modulation, int site,
                         const ph_param *param, double value)
{
    const ph_modulation *items = modulation->items;
    for (int i = 0; i < modulation->count; i++)
        if (items[i].param == param)
            value = moved(m, &items[i], site, value);
    if (param->min == 0 && param->max == 0)
        return value;
    return value < param->min ? param->min : value > param->max ? param->max : value;
}

double ph_neuromod_value(const ph_neuromod *m, const ph_projection *projection, int site,
                         const ph_param *param)
{
    double value;
    memcpy(&value, (const char *)projection->plasticity.params + param->offset, sizeof value);
    return ph_neuromod_moved(m, &projection->modulation, site, param, value);
}
