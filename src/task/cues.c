/* SPDX-License-Identifier: Apache-2.0 */
/* Cues, see cues.h. With u, v, s, u_k, x_k, y_k, z_k uniform in (0, 1), functions of seed, cell and
 * cue k:
 *
 *     a cell is one of the sequence's      when s < share
 *     any other belongs to cue k           when (v < overlap ? u : u_k) < fraction
 *     where k has kin m = k mod first      and z_k < kin.share: u_m stands for u_k
 *     and is driven by it                  when y_k < part
 *     rate of a cell of a shown cue        indegree rate, added up over the cues
 *     rate of one of the sequence's        indegree rate (1 - d^2)^2 where |d| < 1,
 *                                          d = (t - x_k duration) / width
 *
 * so that a cell is in cue k with probability fraction, and in two cues with
 * overlap fraction + (1 - overlap) fraction^2.
 *
 * Of the n cells of a population that is tuned in p parts, cell i belongs to part floor(i p / n);
 * cue k drives part k mod p, distractor k the (k mod p)th from the last, each at indegree rate. */
#include "task/cues.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

#define TILE 64

/* Streams of draws: the first is the digits task's. */
enum { FIELD_CELL = 1, FIELD_CUE };

static const ph_param sequence_keys[] = {
    PH_REAL(ph_cue_sequence, share, "1", "0", 0, 1,
            "share of the target's cells that fire in sequence after a cue's onset"),
    PH_REAL(ph_cue_sequence, duration, "ms", "2 s", 1, 1e5, "of the sequence"),
    PH_REAL(ph_cue_sequence, width, "ms", "200 ms", 1, 1e5,
            "from the peak of a cell's activity to its end"),
    PH_REAL(ph_cue_sequence, rate, "Hz", "40 Hz", 0, 1e4, "of one input at the peak"),
};
static const ph_table sequence_table =
    PH_TABLE("sequence", ph_cue_sequence, sequence_keys, "cells that tell the time since the cue");

static const ph_param kin_keys[] = {
    PH_INT(ph_cue_kin, first, "0", 0, 1000000,
           "number of the first cue that has kin: cue k shares cells with cue k mod first; 0: "
           "none has"),
    PH_REAL(ph_cue_kin, share, "1", "0.5", 0, 1, "correlation of the cells of kin"),
};
static const ph_table kin_table =
    PH_TABLE("kin", ph_cue_kin, kin_keys, "cues that share cells with an earlier one");

static const ph_param tuned_keys[] = {
    PH_FIELD(ph_cue_tuned, target, PH_KIND_ADDRESS, "", "population that is tuned; none without"),
    PH_FIELD(ph_cue_tuned, receptor, PH_KIND_STRING, "exc", "its receptor port"),
    PH_REAL(ph_cue_tuned, weight, "pA|nS", "", -1e9, 1e9,
            "weight of an input's spike; needed with a target"),
    PH_REAL(ph_cue_tuned, rate, "Hz", "40 Hz", 0, 1e4, "of one input of a cue's cell"),
    PH_INT(ph_cue_tuned, indegree, "20", 1, 100000, "inputs of each cell"),
    PH_INT(ph_cue_tuned, parts, "2", 1, 1000,
           "equal parts of its cells, as channels are: cue k drives part k, the first again after "
           "the last; distractors count from the last"),
};
static const ph_table tuned_table =
    PH_TABLE("tuned", ph_cue_tuned, tuned_keys, "a population with a place for each cue");

static const ph_param stimulus_keys[] = {
    PH_FIELD(ph_cue_stimulus, target, PH_KIND_ADDRESS, NULL, "population that sees the cues"),
    PH_FIELD(ph_cue_stimulus, receptor, PH_KIND_STRING, "exc", "its receptor port"),
    PH_REAL(ph_cue_stimulus, weight, "pA|nS", NULL, -1e9, 1e9, "weight of an input's spike"),
    PH_REAL(ph_cue_stimulus, rate, "Hz", "40 Hz", 0, 1e4, "of one input of a cue's cell"),
    PH_INT(ph_cue_stimulus, indegree, "20", 1, 100000, "inputs of each cell"),
    PH_REAL(ph_cue_stimulus, fraction, "1", "0.1", 0, 1, "share of the cells in a cue"),
    PH_REAL(ph_cue_stimulus, overlap, "1", "0", 0, 1,
            "correlation of two cues' cells; 0: independent, 1: the same"),
    PH_REAL(ph_cue_stimulus, part, "1", "1", 0, 1,
            "share of a cue's cells that are driven, always the same ones: a partial cue, of the "
            "target's cells alone: below 1 there can be neither a sequence nor a tuned population, "
            "which have the whole cue"),
    PH_RECORD(ph_cue_stimulus, kin, &kin_table, "{}",
              "cues that share cells with an earlier one each, and not with others"),
    PH_RECORD(ph_cue_stimulus, sequence, &sequence_table, "{}",
              "cells that tell the time since the cue"),
    PH_RECORD(ph_cue_stimulus, tuned, &tuned_table, "{}",
              "a second population that sees them, with a place for each"),
};
const ph_table ph_cue_stimulus_table =
    PH_TABLE("stimulus", ph_cue_stimulus, stimulus_keys, "how cues drive cells");

int ph_cues_inputs(const ph_cue_stimulus *stimulus)
{
    return stimulus->tuned.target.text ? 2 : 1;
}

ph_status ph_cues_layout(const ph_cue_stimulus *stimulus, ph_task_layout *layout)
{
    const ph_cue_tuned *tuned = &stimulus->tuned;
    PH_CHECK(stimulus->part >= 1 || (!tuned->target.text && !(stimulus->sequence.share > 0)),
             PH_CONFIG, "task.stimulus.part: a cue that drives a sequence or a tuned population is "
                        "not partial: these cells would have the whole of it");
    layout->inputs[layout->n_inputs++] =
        (ph_task_input){stimulus->target.span, stimulus->receptor, stimulus->weight};
    layout->n_channels += PH_CUE_CHANNELS;
    if (!tuned->target.text)
        return PH_OK;
    PH_CHECK(!isnan(tuned->weight), PH_CONFIG, "task.stimulus.tuned: a target needs a weight");
    layout->inputs[layout->n_inputs++] =
        (ph_task_input){tuned->target.span, tuned->receptor, tuned->weight};
    return PH_OK;
}

void ph_cues_show(float *channels, int slot, int cue)
{
    channels[slot] = (float)(cue + 1);
}

void ph_cues_follow(const ph_cue_stimulus *stimulus, const ph_trials *trials, unsigned due,
                    int cue, double beat_ms, float *channels)
{
    const ph_cue_sequence *sequence = &stimulus->sequence;
    double ms = (trials->act - 1) * beat_ms;
    int runs = cue >= 0 && sequence->share > 0 && ms < sequence->duration + sequence->width;
    if (due & (PH_DUE_BEGIN | PH_DUE_CUE_END)) {
        ph_cues_show(channels, PH_SLOT_CUE, due & PH_DUE_BEGIN ? cue : -1);
        ph_cues_show(channels, PH_SLOT_CONTEXT, -1);
    }
    if (due & PH_DUE_BEGIN)
        ph_cues_show(channels, PH_SLOT_DISTRACTOR, -1);
    ph_cues_show(channels, PH_SLOT_SEQUENCE, runs ? cue : -1);
    channels[PH_SLOT_TIME] = runs ? (float)ms : 0;
}

/* Cells of one tile: what is drawn for each, word k of cell i at k n + i. */
typedef struct tile {
    uint64_t seed;
    int64_t first, stride;
    int n;
    uint32_t cell[4 * TILE]; /* u, v, s */
} tile;

static void draw(const tile *t, uint32_t stream, int cue, uint32_t *out)
{
    ph_random_many(t->seed, PH_PURPOSE_TASK_FIELDS, t->first, t->stride, stream, cue, 0, 0, t->n,
                   out);
}

static int is_of_sequence(const ph_cue_stimulus *stimulus, const tile *t, int i)
{
    return ph_random_unit(t->cell[2 * t->n + i]) < stimulus->sequence.share;
}

/* The cue with which a cue shares cells; itself where it has no kin. Novel ones are counted from
 * the first; distractors and contexts have none. */
static int kin_of(const ph_cue_kin *kin, int cue)
{
    if (kin->first == 0 || cue < kin->first || (cue >= PH_CUE_DISTRACTORS && cue < PH_CUE_NOVEL))
        return cue;
    return (int)((cue < PH_CUE_NOVEL ? cue : cue - PH_CUE_NOVEL) % kin->first);
}

static void add_cue(const ph_cue_stimulus *stimulus, const tile *t, int cue, float *rate)
{
    uint32_t own[4 * TILE], others[4 * TILE];
    const uint32_t *of_kin = own;
    int kin = kin_of(&stimulus->kin, cue);
    draw(t, FIELD_CUE, cue, own);
    if (kin != cue) {
        draw(t, FIELD_CUE, kin, others);
        of_kin = others;
    }
    for (int i = 0; i < t->n; i++) {
        int is_shared = ph_random_unit(t->cell[t->n + i]) < stimulus->overlap;
        int is_of_kin = ph_random_unit(own[3 * t->n + i]) < stimulus->kin.share;
        double u = ph_random_unit(is_shared ? t->cell[i] : is_of_kin ? of_kin[i] : own[i]);
        int is_shown = ph_random_unit(own[2 * t->n + i]) < stimulus->part;
        if (u < stimulus->fraction && is_shown && !is_of_sequence(stimulus, t, i))
            rate[i] += (float)((double)stimulus->indegree * stimulus->rate);
    }
}

static void add_sequence(const ph_cue_stimulus *stimulus, const tile *t, int cue, double ms,
                         float *rate)
{
    const ph_cue_sequence *sequence = &stimulus->sequence;
    uint32_t own[4 * TILE];
    draw(t, FIELD_CUE, cue, own);
    for (int i = 0; i < t->n; i++) {
        double peak = ph_random_unit(own[t->n + i]) * sequence->duration;
        double d = (ms - peak) / sequence->width, bump = 1 - d * d;
        if (bump > 0 && is_of_sequence(stimulus, t, i))
            rate[i] += (float)((double)stimulus->indegree * sequence->rate * bump * bump);
    }
}

static void add_tile(const ph_cue_stimulus *stimulus, tile *t, const float *channels, float *rate)
{
    draw(t, FIELD_CELL, 0, t->cell);
    for (int slot = 0; slot < PH_SLOT_SEQUENCE; slot++)
        if (channels[slot] > 0)
            add_cue(stimulus, t, (int)channels[slot] - 1, rate);
    if (channels[PH_SLOT_SEQUENCE] > 0)
        add_sequence(stimulus, t, (int)channels[PH_SLOT_SEQUENCE] - 1,
                     (double)channels[PH_SLOT_TIME], rate);
}

/* The part of the tuned population that a slot's cue drives; -1: none. */
static int64_t part_of(const ph_cue_tuned *tuned, const float *channels, int slot)
{
    int64_t cue = (int64_t)channels[slot] - 1;
    if (cue < 0)
        return -1;
    return slot == PH_SLOT_CUE ? cue % tuned->parts
                               : tuned->parts - 1 - (cue - PH_CUE_DISTRACTORS) % tuned->parts;
}

static void tuned_rates(const ph_cue_tuned *tuned, const float *channels, int64_t first,
                        int64_t stride, int64_t n, float *rate)
{
    int64_t cue = part_of(tuned, channels, PH_SLOT_CUE);
    int64_t other = part_of(tuned, channels, PH_SLOT_DISTRACTOR);
    for (int64_t i = 0; i < n; i++) {
        int64_t part = (first + i * stride) * tuned->parts / tuned->target.span.count;
        rate[i] = (float)((double)tuned->indegree * tuned->rate *
                          ((part == cue) + (part == other)));
    }
}

void ph_cues_rates(const ph_cue_stimulus *stimulus, uint64_t seed, int input,
                   const float *channels, int64_t first, int64_t stride, int64_t n, float *rate)
{
    if (input == 1) {
        tuned_rates(&stimulus->tuned, channels, first, stride, n, rate);
        return;
    }
    memset(rate, 0, (size_t)n * sizeof *rate);
    int shown = 0;
    for (int slot = 0; slot <= PH_SLOT_SEQUENCE; slot++)
        shown |= channels[slot] > 0;
    for (int64_t i = 0; i < n && shown; i += TILE) {
        tile t = {.seed = seed, .first = first + i * stride, .stride = stride,
                  .n = (int)(n - i < TILE ? n - i : TILE)};
        add_tile(stimulus, &t, channels, rate + i);
    }
}

void ph_cues_task_rates(const void *params, uint64_t seed, int input, const float *channels,
                        int64_t first, int64_t stride, int64_t n, float *rate)
{
    ph_cues_rates(params, seed, input, channels, first, stride, n, rate);
}
