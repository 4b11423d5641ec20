/* SPDX-License-Identifier: Apache-2.0 */
/* The controllers of run.h5: signal and value of each, beat by beat. */
#include "io/merge.h"

#include "base/memory.h"
#include <phasic/controller.h>

#include <string.h>

#define WORDS (1 + sizeof(ph_controller_record) / 8)

typedef struct tally {
    const ph_parts *parts;
    int64_t *records; /* by controller */
} tally;

static ph_status pack(void *context, const void *opaque, uint64_t *words)
{
    tally *t = context;
    const ph_controller_record *record = opaque;
    PH_TRY(ph_key(record->controller, t->parts->brain->n_controllers, record->step, &words[0]));
    memcpy(&words[1], record, sizeof *record);
    t->records[record->controller]++;
    return PH_OK;
}

/* Time, signal and, where the type has one, value. @return how many columns there are */
static int columns_of(const ph_controller_type *type, ph_column_info *info)
{
    int n = 0;
    info[n++] = (ph_column_info){"time_ms", PH_F64, "ms", "start of the beat"};
    info[n++] = (ph_column_info){"signal", PH_F64, type->signal_unit, type->signal};
    if (type->value)
        info[n++] = (ph_column_info){"value", PH_F64, "1", type->value};
    return n;
}

static ph_status write_columns(hid_t group, const tally *t, int c, ph_sorter *sorter)
{
    const ph_parts *parts = t->parts;
    ph_column_info info[3];
    ph_column columns[3];
    int n = columns_of(
        (const ph_controller_type *)parts->brain->controllers[c].variant->type, info);
    for (int i = 0; i < n; i++)
        PH_TRY(ph_column_open_packed(group, &info[i], t->records[c], &columns[i]));
    for (int64_t i = 0; i < t->records[c]; i++) {
        ph_controller_record record;
        PH_TRY(ph_next_record(sorter, &record, sizeof record));
        PH_TRY(ph_column_real(&columns[0], ph_begin_ms(parts, record.step)));
        PH_TRY(ph_column_real(&columns[1], record.signal));
        if (n > 2)
            PH_TRY(ph_column_real(&columns[2], record.value));
    }
    for (int i = 0; i < n; i++)
        PH_TRY(ph_column_close(&columns[i]));
    return PH_OK;
}

static ph_status write_all(hid_t file, tally *t, ph_sorter **sorter)
{
    const ph_brain *brain = t->parts->brain;
    hid_t parent, group;
    if (brain->n_controllers == 0 || t->parts->records[PH_STREAM_CONTROLLERS] == 0)
        return PH_OK;
    PH_ALLOC(t->records, brain->n_controllers);
    PH_TRY(ph_parts_sort(t->parts, PH_STREAM_CONTROLLERS, WORDS, 1, pack, t, sorter));
    PH_TRY(ph_h5_group(file, "controllers", &parent));
    for (int c = 0; c < brain->n_controllers; c++) {
        PH_TRY(ph_h5_group(parent, brain->controllers[c].address, &group));
        PH_TRY(write_columns(group, t, c, *sorter));
        PH_H5(H5Gclose(group), "close the group %s", brain->controllers[c].address);
    }
    PH_H5(H5Gclose(parent), "close the group controllers");
    return PH_OK;
}

ph_status ph_write_controllers(hid_t file, const ph_parts *parts)
{
    tally t = {.parts = parts};
    ph_sorter *sorter = NULL;
    ph_status status = write_all(file, &t, &sorter);
    ph_sorter_destroy(&sorter);
    ph_free(t.records);
    return status;
}
