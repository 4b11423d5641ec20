/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of checkpoints: pieces of state, what rules integrate, and files of blocks. */
#include "suite.h"

#include "base/memory.h"
#include "io/checkpoint.h"
#include "plasticity/gate.h"
#include "plasticity/sampled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ph_comm *comm;
static char folder[] = "/tmp/phasic-checkpoint-XXXXXX";

/* --- state ------------------------------------------------------------------------------------ */

static void test_state_comes_back(void)
{
    ph_state saved = {0};
    int number = 7;
    double values[3] = {1, 2, 3};
    size_t n = 3;
    CU_ASSERT_EQUAL(PH_STATE(&saved, number), PH_OK);
    CU_ASSERT_EQUAL(ph_state_count(&saved, "n", &n, 0), PH_OK);
    CU_ASSERT_EQUAL(ph_state_bytes(&saved, "values", values, sizeof values), PH_OK);

    ph_state state = ph_state_of(saved.bytes, saved.used);
    number = 0;
    memset(values, 0, sizeof values);
    n = 0;
    CU_ASSERT_EQUAL(PH_STATE(&state, number), PH_OK);
    CU_ASSERT_EQUAL(ph_state_count(&state, "n", &n, 3), PH_OK);
    CU_ASSERT_EQUAL(ph_state_bytes(&state, "values", values, sizeof values), PH_OK);
    CU_ASSERT(number == 7 && n == 3 && values[0] == 1 && values[2] == 3);
    CU_ASSERT_EQUAL(state.used, saved.used);
    CU_ASSERT_EQUAL(PH_STATE(&state, number), PH_FILE); /* nothing is left */
    ph_state_free(&saved);
}

static void test_state_of_another_kind_is_refused(void)
{
    ph_state saved = {0};
    int one = 1;
    size_t n = 4;
    CU_ASSERT_EQUAL(ph_state_bytes(&saved, "one", &one, sizeof one), PH_OK);
    ph_state state = ph_state_of(saved.bytes, saved.used);
    CU_ASSERT_EQUAL(ph_state_bytes(&state, "other", &one, sizeof one), PH_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "'other'"));
    state = ph_state_of(saved.bytes, saved.used);
    double longer;
    CU_ASSERT_EQUAL(ph_state_bytes(&state, "one", &longer, sizeof longer), PH_FILE);
    CU_ASSERT_EQUAL(ph_state_count(&saved, "n", &n, 0), PH_OK);
    state = ph_state_of(saved.bytes, saved.used);
    CU_ASSERT_EQUAL(PH_STATE(&state, one), PH_OK);
    CU_ASSERT_EQUAL(ph_state_count(&state, "n", &n, 3), PH_FILE); /* more than there may be */
    ph_state_free(&saved);
}

/* --- what rules integrate --------------------------------------------------------------------- */

#define BEAT 50
#define KEEP 1200

static double level(ph_step beat)
{
    return (double)(beat * 37 % 11) / 7 - 0.3;
}

/* A gate that goes on from its state gives the same integrals, bit for bit, as one that was never
 * stopped: soon after the start, and when its origins have been renewed many times. */
static void gate_goes_on(ph_step beats)
{
    ph_gate *whole = NULL, *resumed = NULL;
    ph_state saved = {0};
    CU_ASSERT_EQUAL_FATAL(ph_gate_create(13, 0.1, BEAT, KEEP, &whole), PH_OK);
    CU_ASSERT_EQUAL_FATAL(ph_gate_create(13, 0.1, BEAT, KEEP, &resumed), PH_OK);
    for (ph_step b = 0; b < beats; b++)
        ph_gate_begin_beat(whole, b * BEAT, level(b));
    CU_ASSERT_EQUAL(ph_gate_state(whole, beats * BEAT, &saved), PH_OK);
    ph_state state = ph_state_of(saved.bytes, saved.used);
    CU_ASSERT_EQUAL(ph_gate_state(resumed, beats * BEAT, &state), PH_OK);
    ph_gate_begin_beat(whole, beats * BEAT, 0.7);
    ph_gate_begin_beat(resumed, beats * BEAT, 0.7);
    ph_step end = (beats + 1) * BEAT;
    int same = 1;
    for (ph_step t0 = end > KEEP ? end - KEEP : 0; t0 <= end; t0 += 7)
        for (ph_step t1 = t0; t1 <= end; t1 += 31)
            same &= ph_gate_integral(whole, t0, t1) == ph_gate_integral(resumed, t0, t1);
    CU_ASSERT(same);
    ph_state_free(&saved);
    ph_gate_destroy(&whole);
    ph_gate_destroy(&resumed);
}

static void test_gate_goes_on(void)
{
    for (ph_step beats = 0; beats < 90; beats += 11)
        gate_goes_on(beats);
    gate_goes_on(1000);
}

static void test_sampled_goes_on(void)
{
    for (ph_step beats = 0; beats < 90; beats += 13) {
        ph_sampled *whole = NULL, *resumed = NULL;
        ph_state saved = {0};
        CU_ASSERT_EQUAL_FATAL(ph_sampled_create(BEAT, KEEP, &whole), PH_OK);
        CU_ASSERT_EQUAL_FATAL(ph_sampled_create(BEAT, KEEP, &resumed), PH_OK);
        for (ph_step b = 0; b < beats; b++)
            ph_sampled_begin_beat(whole, b * BEAT, level(b));
        CU_ASSERT_EQUAL(ph_sampled_state(whole, beats * BEAT, &saved), PH_OK);
        ph_state state = ph_state_of(saved.bytes, saved.used);
        CU_ASSERT_EQUAL(ph_sampled_state(resumed, beats * BEAT, &state), PH_OK);
        ph_sampled_begin_beat(whole, beats * BEAT, 0.9);
        ph_sampled_begin_beat(resumed, beats * BEAT, 0.9);
        ph_step end = (beats + 1) * BEAT;
        int same = whole->risen == resumed->risen;
        for (ph_step t = end > KEEP ? end - KEEP : 0; t <= end; t++)
            same &= ph_sampled_at(whole, t) == ph_sampled_at(resumed, t) &&
                    ph_sampled_next_rise(whole, t, end) == ph_sampled_next_rise(resumed, t, end);
        CU_ASSERT(same);
        ph_state_free(&saved);
        ph_sampled_destroy(&whole);
        ph_sampled_destroy(&resumed);
    }
}

/* --- files ------------------------------------------------------------------------------------ */

#define N 700000 /* elements: more than a block */

static const char config[] = "a: 1\n";

/* Elements whose values are their numbers (and a step), and lists of 0, 1, 2, 0, ... items. */
static ph_status write_checkpoint(ph_step step)
{
    ph_checkpoint *c = NULL;
    int64_t *values = ph_calloc(N, sizeof *values);
    uint32_t counts[100];
    int32_t items[200];
    int n = 0;
    for (int64_t i = 0; i < N; i++)
        values[i] = i + step;
    for (uint32_t i = 0; i < 100; i++)
        for (counts[i] = 0; counts[i] < i % 3; counts[i]++)
            items[n++] = (int32_t)(1000 * i + counts[i]);
    ph_status status = ph_checkpoint_create(folder, step, comm, &c);
    ph_piece piece = {PH_SECTION_NEURON, 3, 1, 0, N};
    if (status == PH_OK)
        status = ph_checkpoint_move(c, &piece, sizeof *values, values);
    piece = (ph_piece){PH_SECTION_TRAIN, 2, 0, 50, 100};
    if (status == PH_OK)
        status = ph_checkpoint_write_lists(c, &piece, counts, sizeof *items, items);
    const ph_part_end end = {.segment = 1, .rank = 0, .bytes = 17};
    if (status == PH_OK)
        status = ph_checkpoint_commit(c, status, &end, 1, config);
    ph_checkpoint_close(&c);
    ph_free(values);
    return status;
}

static ph_status check_list(void *context, int64_t element, const void *items, uint32_t n)
{
    const int32_t *item = items;
    uint32_t i = (uint32_t)element - 50;
    CU_ASSERT_EQUAL(n, i % 3);
    for (uint32_t k = 0; k < n; k++)
        CU_ASSERT_EQUAL(item[k], (int32_t)(1000 * i + k));
    ++*(int *)context;
    return PH_OK;
}

static ph_status open_newest(ph_checkpoint **c, char **path)
{
    char *text = NULL;
    *path = NULL;
    *c = NULL;
    PH_TRY(ph_checkpoint_find(folder, path, &text));
    CU_ASSERT_STRING_EQUAL(text, config);
    ph_free(text);
    return ph_checkpoint_open(*path, comm, c);
}

static void test_blocks_come_back(void)
{
    ph_checkpoint *c;
    char *path;
    int64_t values[20];
    CU_ASSERT_EQUAL_FATAL(write_checkpoint(100), PH_OK);
    CU_ASSERT_EQUAL_FATAL(open_newest(&c, &path), PH_OK);
    CU_ASSERT_EQUAL(ph_checkpoint_step(c), 100);
    for (int64_t first = 0; first + 20 <= N; first += 12345) {
        ph_piece piece = {PH_SECTION_NEURON, 3, 1, first, 20};
        CU_ASSERT_EQUAL_FATAL(ph_checkpoint_move(c, &piece, sizeof *values, values), PH_OK);
        CU_ASSERT(values[0] == first + 100 && values[19] == first + 119);
    }
    ph_piece beyond = {PH_SECTION_NEURON, 3, 1, N - 10, 20}, other = {PH_SECTION_NEURON, 3, 0, 0, 1};
    CU_ASSERT_EQUAL(ph_checkpoint_move(c, &beyond, sizeof *values, values), PH_FILE);
    CU_ASSERT_EQUAL(ph_checkpoint_move(c, &other, sizeof *values, values), PH_FILE);
    ph_piece lists = {PH_SECTION_TRAIN, 2, 0, 60, 50};
    int n = 0;
    CU_ASSERT_EQUAL(ph_checkpoint_read_lists(c, &lists, sizeof(int32_t), check_list, &n), PH_OK);
    CU_ASSERT_EQUAL(n, 50);
    CU_ASSERT_EQUAL(ph_checkpoint_read_lists(c, &lists, sizeof(double), check_list, &n), PH_FILE);
    const ph_part_end *ends;
    CU_ASSERT_EQUAL_FATAL(ph_checkpoint_parts(c, &ends), 1);
    CU_ASSERT(ends[0].segment == 1 && ends[0].bytes == 17);
    ph_checkpoint_close(&c);
    ph_free(path);
}

/* Change a byte of a file of a checkpoint, or cut it there. */
static void damage(const char *path, const char *name, long at, int cut)
{
    char file_name[4096];
    snprintf(file_name, sizeof file_name, "%s/%s", path, name);
    if (cut) {
        CU_ASSERT_EQUAL(truncate(file_name, at), 0);
        return;
    }
    FILE *file = fopen(file_name, "r+b");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 4, file);
    fclose(file);
}

static void test_damage_is_found(void)
{
    ph_checkpoint *c;
    char *path, *text;
    int64_t value;
    CU_ASSERT_EQUAL_FATAL(write_checkpoint(200), PH_OK);
    CU_ASSERT_EQUAL_FATAL(write_checkpoint(300), PH_OK);
    CU_ASSERT_EQUAL_FATAL(open_newest(&c, &path), PH_OK);
    damage(path, "rank-00000.state", 8 * 600000, 0);
    ph_piece sound = {PH_SECTION_NEURON, 3, 1, 0, 1}, bad = {PH_SECTION_NEURON, 3, 1, 650000, 1};
    CU_ASSERT_EQUAL(ph_checkpoint_move(c, &sound, sizeof value, &value), PH_OK);
    CU_ASSERT_EQUAL(ph_checkpoint_move(c, &bad, sizeof value, &value), PH_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "checksum"));
    ph_checkpoint_close(&c);
    /* What is cut short, or has a damaged index, is passed over for the one before it. */
    damage(path, "rank-00000.state", 8 * 600000, 1);
    ph_free(path);
    CU_ASSERT_EQUAL_FATAL(open_newest(&c, &path), PH_OK);
    CU_ASSERT_EQUAL(ph_checkpoint_step(c), 200);
    ph_checkpoint_close(&c);
    damage(path, "index", 100, 0);
    ph_free(path);
    CU_ASSERT_EQUAL(ph_checkpoint_find(folder, &path, &text), PH_FILE);
}

static void test_two_are_kept(void)
{
    char path[4096];
    for (ph_step step = 400; step <= 600; step += 100)
        CU_ASSERT_EQUAL_FATAL(write_checkpoint(step), PH_OK);
    for (int step = 300; step <= 600; step += 100) {
        snprintf(path, sizeof path, "%s/checkpoints/%015d", folder, step);
        CU_ASSERT_EQUAL(access(path, F_OK) == 0, step >= 500);
    }
    CU_ASSERT_EQUAL(ph_checkpoints_clear(folder), PH_OK);
    snprintf(path, sizeof path, "%s/checkpoints", folder);
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
}

int main(void)
{
    static const suite_test tests[] = {
        {"state comes back", test_state_comes_back},
        {"state of another kind is refused", test_state_of_another_kind_is_refused},
        {"a gate goes on", test_gate_goes_on},
        {"a sampled parameter goes on", test_sampled_goes_on},
        {"blocks come back", test_blocks_come_back},
        {"damage is found", test_damage_is_found},
        {"two are kept", test_two_are_kept},
    };
    char parts[sizeof folder + 8];
    if (ph_comm_start(NULL, NULL, &comm) != PH_OK || !mkdtemp(folder))
        return 1;
    snprintf(parts, sizeof parts, "%s/parts", folder); /* as every run has it */
    if (mkdir(parts, 0777) != 0)
        return 1;
    int failed = suite_run("checkpoint", tests, (int)(sizeof tests / sizeof tests[0]));
    (void)rmdir(parts);
    (void)rmdir(folder);
    ph_comm_stop(&comm);
    return failed;
}
