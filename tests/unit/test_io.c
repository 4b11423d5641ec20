/* SPDX-License-Identifier: Apache-2.0 */
/* Part files, their merge into spikes.h5 and run.h5, and the summary. */
#include "base/memory.h"
#include "io/checksum.h"
#include "io/merge.h"
#include "io/summary.h"
#include "io/yoked.h"
#include <phasic/controller.h>

#include <CUnit/Basic.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define OK(expression) CU_ASSERT_EQUAL_FATAL((expression), PH_OK)

/* --- a small brain --------------------------------------------------------------------------- */

enum { E, I, VTA, SILENT, POPULATIONS };
static ph_population populations[POPULATIONS] = {
    {.item = {.name = "E"}, .size = 100, .gid = 0, .region = 0, .address = "cortex.E"},
    {.item = {.name = "I"}, .size = 25, .gid = 100, .region = 0, .address = "cortex.I"},
    {.item = {.name = "VTA"}, .size = 10, .gid = 125, .region = 1, .address = "brainstem.VTA"},
    {.item = {.name = "S"}, .size = 5, .gid = 135, .region = 1, .address = "brainstem.S"}};
static ph_population *population_list[] = {&populations[0], &populations[1], &populations[2],
                                           &populations[3]};
static ph_region regions[] = {{.item = {.name = "cortex"}}, {.item = {.name = "brainstem"}}};
static ph_projection tract = {.item = {.name = "E_E"},
                              .source = {.span = {E, 0, 100}},
                              .target = {.span = {I, 0, 25}},
                              .address = "E_E"};
static ph_projection *projection_list[] = {&tract};
static ph_receptor receptors[] = {{.item = {.name = "D1"}}, {.item = {.name = "D2"}}};
static ph_transmitter dopamine = {.item = {.name = "dopamine"},
                                  .nucleus = {.span = {VTA, 0, 10}},
                                  .receptors = {2, receptors}};
#define CONTROLLERS 2
static const ph_controller_type types[CONTROLLERS] = {
    {.signal = "error", .signal_unit = "1", .value = "expected"},
    {.signal = "rate", .signal_unit = "/s"}};
static const ph_variant variants[CONTROLLERS] = {{.type = &types[0].base},
                                                 {.type = &types[1].base}};
static ph_controller controllers[CONTROLLERS] = {{&variants[0], 0, "dopamine.first"},
                                                 {&variants[1], 0, "dopamine.second"}};
static ph_phase phases[] = {{.item = {.name = "before"}}, {.item = {.name = "after"}}};
static ph_phase *phase_list[] = {&phases[0], &phases[1]};
static int all_on[POPULATIONS] = {1, 1, 1, 1};
static ph_span V_m_spans[] = {{E, 0, 2}, {E, 50, 1}};
static ph_brain brain = {.simulation = {.resolution = 0.1},
                         .regions = {2, regions},
                         .neuromodulation = {.transmitters = {1, &dopamine}},
                         .recording = {.rates = {.interval = 10},
                                       .spikes_on = all_on,
                                       .rates_on = all_on,
                                       .n_V_m = 2,
                                       .V_m_spans = V_m_spans},
                         .n_regions = 2,
                         .n_populations = POPULATIONS,
                         .populations = population_list,
                         .n_projections = 1,
                         .projections = projection_list,
                         .n_neurons = 140,
                         .n_controllers = CONTROLLERS,
                         .controllers = controllers,
                         .beat = 50,
                         .n_phases = 2,
                         .phase = phase_list};

/* --- folders and files ----------------------------------------------------------------------- */

static char folder[256];

static const char *in_folder(const char *name)
{
    static char path[2][512];
    static int turn;
    turn ^= 1;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static int make_folder(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/phasic-io-XXXXXX", base ? base : "/tmp");
    return mkdtemp(folder) ? 0 : 1;
}

static int remove_made_folder(void)
{
    return ph_output_clear(folder) == PH_OK && rmdir(folder) == 0 ? 0 : 1;
}

static char *slurp(const char *path, size_t *n)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return NULL;
    *n = (size_t)status.st_size;
    char *bytes = malloc(*n + 1);
    FILE *file = fopen(path, "rb");
    if (!bytes || !file || fread(bytes, 1, *n, file) != *n)
        abort();
    bytes[*n] = '\0';
    fclose(file);
    return bytes;
}

static int exists(const char *name)
{
    return access(in_folder(name), F_OK) == 0;
}

/* --- a run ----------------------------------------------------------------------------------- */

#define STEPS 2000

static uint64_t draw(uint64_t a, uint64_t b)
{
    uint64_t x = a * 0x9E3779B97F4A7C15u ^ b * 0xD1B54A32D192ED03u;
    x = (x ^ x >> 29) * 0xBF58476D1CE4E5B9u;
    return x ^ x >> 32;
}

/* The records of the neurons that a rank owns, in an order of its own. */
static void write_rank(int rank, int ranks)
{
    ph_writer *writer;
    OK(ph_writer_open(folder, rank, &writer));
    int32_t counts[POPULATIONS] = {0};
    for (ph_step step = 1; step <= STEPS; step++) {
        for (ph_gid i = 0; i < 135; i++) {
            ph_gid g = rank % 2 ? i : 134 - i;
            ph_spike_record spike = {step, g};
            ph_V_m_record V_m = {step, g, g == 1 ? (double)NAN : -70 + (double)g / 4};
            if (g % ranks != rank)
                continue;
            if (step % 10 == 0 && (g < 2 || g == 50))
                OK(ph_writer_append(writer, PH_STREAM_V_M, &V_m, 1));
            if (draw((uint64_t)step, (uint64_t)g) % 50)
                continue;
            OK(ph_writer_append(writer, PH_STREAM_SPIKES, &spike, 1));
            counts[ph_population_of(&brain, g)]++;
        }
        for (int p = 0; p < POPULATIONS && step % 100 == 0; p++) {
            ph_rate_record rate = {step / 100 - 1, p, counts[p]};
            counts[p] = 0;
            OK(ph_writer_append(writer, PH_STREAM_RATES, &rate, 1));
        }
        if (step % 300 == rank)
            OK(ph_writer_flush(writer));
    }
    for (int m = 0; m < 3; m++)
        for (ph_gid t = 124; t >= 100; t--)
            for (ph_gid s = 0; s < 100 && t % ranks == rank; s += 3) {
                ph_weight_record weight = {0, m, t, s, 15 + (int)(s % 4), (float)(s * m) - 3};
                OK(ph_writer_append(writer, PH_STREAM_WEIGHTS, &weight, 1));
            }
    for (ph_step step = 0; step < STEPS && rank == ranks - 1; step += 50) {
        ph_nucleus_record nucleus = {step, 0, (int)(step / 50 % 4), 1};
        OK(ph_writer_append(writer, PH_STREAM_NUCLEI, &nucleus, 1));
        for (int c = CONTROLLERS - 1; c >= 0; c--) {
            ph_controller_record controller = {step, c, 0.5 + c, c ? 3 : NAN};
            OK(ph_writer_append(writer, PH_STREAM_CONTROLLERS, &controller, 1));
        }
        for (int r = 0; r < 2; r++) {
            ph_modulator_record m = {step + 50, 0, r, 10.5 * (r + 1), r + 5, 2, 3};
            OK(ph_writer_append(writer, PH_STREAM_MODULATORS, &m, 1));
            for (int k = 1; k >= 0; k--) {
                ph_receptor_record o = {step + 50, 0, k, r, 0, 0.1 + 0.1 * k, 0.3 + 0.1 * k, r};
                OK(ph_writer_append(writer, PH_STREAM_RECEPTORS, &o, 1));
            }
        }
        ph_trial trial = {step, step >= 1000, 7, 2, -1, 0, 0.5f, NAN, NAN, 3, 1, 0.75f, 0.25f,
                          1,    0,            4, 20};
        OK(ph_writer_append(writer, PH_STREAM_TRIALS, &trial, 1));
    }
    ph_phase_record ended[2] = {{0, 20, 0, 1000, 0}, {1, 20, 1000, STEPS, 0}};
    if (rank == ranks - 1)
        OK(ph_writer_append(writer, PH_STREAM_PHASES, ended, 2));
    OK(ph_writer_close(&writer));
    CU_ASSERT_PTR_NULL(writer);
}

static void write_run(int ranks)
{
    OK(ph_output_clear(folder));
    for (int r = 0; r < ranks; r++)
        write_rank(r, ranks);
}

static void *read_dataset(hid_t file, const char *name, hid_t type, size_t size, hssize_t *n)
{
    hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
    CU_ASSERT_FATAL(dataset >= 0);
    hid_t space = H5Dget_space(dataset);
    *n = H5Sget_simple_extent_npoints(space);
    void *values = calloc((size_t)*n + 1, size);
    CU_ASSERT(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    CU_ASSERT(H5Aexists(dataset, "unit") > 0);
    CU_ASSERT(H5Aexists(dataset, "description") > 0);
    H5Sclose(space);
    H5Dclose(dataset);
    return values;
}

static double *reals(hid_t file, const char *name, hssize_t *n)
{
    return read_dataset(file, name, H5T_NATIVE_DOUBLE, sizeof(double), n);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void spikes_come_back(void)
{
    int64_t counts[PH_STREAMS];
    write_run(1);
    OK(ph_merge(folder, &brain, NULL, counts));
    CU_ASSERT(exists("parts/rank-00000.part"));
    OK(ph_parts_discard(folder));
    CU_ASSERT(!exists("parts") && !exists("parts.merged") && !exists("spikes.h5.tmp"));
    hid_t file;
    OK(ph_h5_open(in_folder("spikes.h5"), &file));
    int64_t all = 0;
    for (int p = 0; p < POPULATIONS; p++) {
        char name[128];
        hssize_t n, m, i = 0;
        snprintf(name, sizeof name, "/spikes/%s/timestamps", populations[p].address);
        double *times = reals(file, name, &n);
        snprintf(name, sizeof name, "/spikes/%s/node_ids", populations[p].address);
        uint64_t *ids = read_dataset(file, name, H5T_NATIVE_UINT64, 8, &m);
        CU_ASSERT_EQUAL(n, m);
        for (ph_step step = 1; step <= STEPS; step++)
            for (int64_t id = 0; id < populations[p].size; id++) {
                ph_gid g = populations[p].gid + id;
                if (g > 134 || draw((uint64_t)step, (uint64_t)g) % 50)
                    continue;
                CU_ASSERT_FATAL(i < n);
                CU_ASSERT_EQUAL(times[i], (double)step / 10);
                CU_ASSERT_EQUAL(ids[i], (uint64_t)id);
                i++;
            }
        CU_ASSERT_EQUAL(i, n);
        all += n;
        free(times);
        free(ids);
    }
    CU_ASSERT_EQUAL(all, counts[PH_STREAM_SPIKES]);
    CU_ASSERT(all > 1000);
    OK(ph_h5_close(&file, NULL));
}

static void run_file_holds_everything(void)
{
    hid_t file;
    hssize_t n;
    OK(ph_h5_open(in_folder("run.h5"), &file));
    double *time = reals(file, "/trials/time_ms", &n);
    CU_ASSERT_EQUAL(n, STEPS / 50);
    CU_ASSERT_EQUAL(time[1], 5.0);
    double *latency = reals(file, "/trials/latency_ms", &n);
    CU_ASSERT(isnan(latency[0]));
    static const char *const hidden[] = {"block", "better", "p_better", "p_reward",
                                         "volatile", "outlier", "distractor", "responses"};
    static const double held[] = {3, 1, 0.75, 0.25, 1, 0, 4, 20};
    for (int i = 0; i < 8; i++) {
        char name[32];
        snprintf(name, sizeof name, "/trials/%s", hidden[i]);
        double *column = reals(file, name, &n);
        CU_ASSERT_EQUAL(n, STEPS / 50);
        CU_ASSERT_EQUAL(column[n - 1], held[i]);
        free(column);
    }
    double *rate = reals(file, "/neuromodulators/dopamine/nucleus_rate_Hz", &n);
    CU_ASSERT_EQUAL(n, STEPS / 50);
    CU_ASSERT_DOUBLE_EQUAL(rate[3], 3 / (10 * 5e-3), 1e-9);
    double *value = reals(file, "/controllers/dopamine.first/value", &n);
    CU_ASSERT(isnan(value[0]));
    double *signal = reals(file, "/controllers/dopamine.first/signal", &n);
    CU_ASSERT(n == STEPS / 50 && signal[7] == 0.5);
    double *second = reals(file, "/controllers/dopamine.second/signal", &n);
    CU_ASSERT(n == STEPS / 50 && second[7] == 1.5);
    double *at = reals(file, "/controllers/dopamine.second/time_ms", &n);
    CU_ASSERT_EQUAL(at[1], 5);
    CU_ASSERT(H5Lexists(file, "/controllers/dopamine.second/value", H5P_DEFAULT) == 0);
    double *bound = reals(file, "/neuromodulators/dopamine/brainstem/o_tonic/D2", &n);
    CU_ASSERT_EQUAL(bound[n - 1], 0.4);
    double *messenger = reals(file, "/neuromodulators/dopamine/brainstem/messenger/D1", &n);
    CU_ASSERT_EQUAL(n, STEPS / 50);
    CU_ASSERT_EQUAL(messenger[n - 1], 1);
    double *concentration = reals(file, "/neuromodulators/dopamine/cortex/concentration_nM", &n);
    CU_ASSERT_EQUAL(concentration[0], 10.5);
    double *rates = reals(file, "/rates/cortex.E", &n);
    CU_ASSERT_EQUAL(n, STEPS / 100);
    double sum = 0;
    for (hssize_t i = 0; i < n; i++)
        sum += rates[i] * 100 * 0.01;
    hssize_t spikes;
    hid_t other;
    OK(ph_h5_open(in_folder("spikes.h5"), &other));
    free(reals(other, "/spikes/cortex.E/timestamps", &spikes));
    OK(ph_h5_close(&other, NULL));
    CU_ASSERT_DOUBLE_EQUAL(sum, (double)spikes, 1e-6);
    double *V_m = reals(file, "/V_m/cortex.E/data", &n);
    CU_ASSERT_EQUAL(n, STEPS / 10 * 3);
    CU_ASSERT_EQUAL(V_m[0], -70);
    CU_ASSERT(isnan(V_m[1]));
    CU_ASSERT_EQUAL(V_m[n - 1], -57.5);
    double *weight = reals(file, "/weights/E_E/2_after/weight", &n);
    CU_ASSERT_EQUAL(n, 25 * 34);
    CU_ASSERT_EQUAL(weight[1], 3);
    double *delay = reals(file, "/weights/E_E/0_start/delay", &n);
    CU_ASSERT_DOUBLE_EQUAL(delay[1], 1.8, 1e-6);
    double *begin = reals(file, "/phases/begin_ms", &n);
    CU_ASSERT_EQUAL(n, 2);
    CU_ASSERT_EQUAL(begin[1], 100);
    double *kept[] = {time,          latency,   rate,  value, signal, second, at,    bound,
                      concentration, messenger, rates, V_m,   weight, delay,  begin};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        free(kept[i]);
    OK(ph_h5_close(&file, NULL));
}

/* Packed or not, a column holds what was put in. */
static void long_columns_are_packed_and_come_back(void)
{
    const ph_column_info info = {"numbers", PH_F64, "1", "numbers"};
    const int64_t lengths[] = {1000, 200001};
    hid_t file;
    for (int i = 0; i < 2; i++) {
        int64_t length = lengths[i];
        ph_column column;
        OK(ph_h5_create(in_folder("packed.h5"), &file));
        OK(ph_column_open_packed(file, &info, length, &column));
        for (int64_t k = 0; k < length; k++)
            OK(ph_column_real(&column, k % 1000 ? 0 : (double)k));
        OK(ph_column_close(&column));
        hssize_t n;
        double *back = reals(file, "/numbers", &n);
        CU_ASSERT_EQUAL_FATAL(n, length);
        int wrong = 0;
        for (int64_t k = 0; k < length; k++)
            wrong += back[k] != (k % 1000 ? 0 : (double)k);
        CU_ASSERT_EQUAL(wrong, 0);
        free(back);
        hid_t dataset = H5Dopen2(file, "numbers", H5P_DEFAULT);
        hsize_t bytes = H5Dget_storage_size(dataset);
        H5Dclose(dataset);
        OK(ph_h5_close(&file, NULL));
        CU_ASSERT(i == 0 ? bytes == 8000 : bytes > 0 && bytes < 200001);
        CU_ASSERT_EQUAL(unlink(in_folder("packed.h5")), 0);
    }
}

static void yoked_reads_releases(void)
{
    double *release;
    int64_t n;
    OK(ph_yoked_read(in_folder("run.h5"), &brain, &release, &n));
    CU_ASSERT_EQUAL(n, STEPS / 50);
    CU_ASSERT_EQUAL(release[3], 3 / 10.0);
    ph_free(release);
    brain.beat = 100;
    CU_ASSERT_EQUAL(ph_yoked_read(in_folder("run.h5"), &brain, &release, &n), PH_CONFIG);
    brain.beat = 50;
    CU_ASSERT_EQUAL(ph_yoked_read(in_folder("none.h5"), &brain, &release, &n), PH_FILE);
    CU_ASSERT_PTR_NULL(release);
}

static void same_bytes(const char *name, const char *one, size_t n_one)
{
    size_t n;
    char *bytes = slurp(in_folder(name), &n);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_EQUAL_FATAL(n, n_one);
    CU_ASSERT(memcmp(bytes, one, n) == 0);
    free(bytes);
}

static void bytes_do_not_depend_on_ranks_or_memory(void)
{
    size_t n_spikes, n_run;
    write_run(1);
    OK(ph_merge(folder, &brain, "key\0value\0configuration\0a: 1\n\0", NULL));
    char *spikes = slurp(in_folder("spikes.h5"), &n_spikes);
    char *run = slurp(in_folder("run.h5"), &n_run);
    for (int ranks = 1; ranks <= 7; ranks += 3)
        for (size_t memory = 1000; memory < 100000000; memory *= 9) {
            write_run(ranks);
            OK(ph_merge_within(folder, &brain, "key\0value\0configuration\0a: 1\n\0", NULL,
                               memory));
            same_bytes("spikes.h5", spikes, n_spikes);
            same_bytes("run.h5", run, n_run);
        }
    free(spikes);
    free(run);
}

/* Each bit, the length, and the order of words count; bytes may come in pieces. */
static void checksum_sees_every_change(void)
{
    unsigned char bytes[5 * PH_SUM_STRIDE + 11];
    size_t n = sizeof bytes;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)(i * 37 + 5);
    const uint64_t whole = ph_checksum(7, bytes, n);
    CU_ASSERT_NOT_EQUAL(whole, ph_checksum(8, bytes, n));
    for (size_t bit = 0; bit < 8 * n; bit++) {
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        CU_ASSERT_NOT_EQUAL(whole, ph_checksum(7, bytes, n));
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    for (size_t less = 1; less <= n; less++)
        CU_ASSERT_NOT_EQUAL(whole, ph_checksum(7, bytes, n - less));
    for (size_t at = 0; at <= n; at += PH_SUM_STRIDE) {
        ph_check_sum sum = ph_check_sum_begin(7);
        ph_check_sum_add(&sum, bytes, at);
        ph_check_sum_add(&sum, bytes + at, n - at);
        CU_ASSERT_EQUAL(whole, ph_check_sum_end(&sum));
    }
    for (size_t a = 0; a + 8 <= n; a += 8)
        for (size_t b = a + 8; b + 8 <= n; b += 8) { /* words change places */
            unsigned char other[sizeof bytes];
            memcpy(other, bytes, n);
            memcpy(other + a, bytes + b, 8);
            memcpy(other + b, bytes + a, 8);
            CU_ASSERT_NOT_EQUAL(whole, ph_checksum(7, other, n));
        }
    memset(bytes, 0, n); /* zeros are not nothing */
    CU_ASSERT_NOT_EQUAL(ph_checksum(0, bytes, n), ph_checksum(0, bytes, n - 1));
}

/* Cut or spoil the part; what comes before the wound is kept. */
static void broken_block_ends_a_part(void)
{
    ph_writer *writer;
    int64_t counts[PH_STREAMS];
    for (int how = 0; how < 4; how++) {
        OK(ph_output_clear(folder));
        OK(ph_writer_open(folder, 0, &writer));
        for (ph_step step = 1; step <= 3; step++) {
            ph_spike_record spike = {step, 3};
            OK(ph_writer_append(writer, PH_STREAM_SPIKES, &spike, 1));
            OK(ph_writer_flush(writer));
        }
        OK(ph_writer_close(&writer));
        const char *path = in_folder("parts/rank-00000.part");
        size_t n;
        char *bytes = slurp(path, &n);
        size_t block = sizeof(ph_part_block) + sizeof(ph_spike_record);
        if (how == 1)
            bytes[n - 1] ^= 1; /* a flipped bit in the last record */
        if (how == 2)
            bytes[n - block] ^= 1; /* and in the last block's magic */
        FILE *file = fopen(path, "wb");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        fwrite(bytes, 1, how == 0 ? n - 5 : how == 3 ? 20 : n, file);
        fclose(file);
        free(bytes);
        OK(ph_merge(folder, &brain, NULL, counts));
        CU_ASSERT_EQUAL(counts[PH_STREAM_SPIKES], how == 3 ? 0 : 2);
        CU_ASSERT(exists("spikes.h5") && exists("run.h5"));
    }
}

static void empty_run_merges(void)
{
    ph_writer *writer;
    int64_t counts[PH_STREAMS];
    OK(ph_output_clear(folder));
    OK(ph_writer_open(folder, 0, &writer));
    OK(ph_writer_close(&writer));
    OK(ph_merge(folder, &brain, NULL, counts));
    for (int s = 0; s < PH_STREAMS; s++)
        CU_ASSERT_EQUAL(counts[s], 0);
    hid_t file;
    hssize_t n;
    OK(ph_h5_open(in_folder("spikes.h5"), &file));
    free(reals(file, "/spikes/brainstem.S/timestamps", &n));
    CU_ASSERT_EQUAL(n, 0);
    OK(ph_h5_close(&file, NULL));
    OK(ph_h5_open(in_folder("run.h5"), &file));
    free(reals(file, "/trials/time_ms", &n));
    CU_ASSERT_EQUAL(n, 0);
    OK(ph_h5_close(&file, NULL));
}

static void merge_says_what_is_wrong(void)
{
    ph_writer *writer;
    OK(ph_output_clear(folder));
    CU_ASSERT_EQUAL(ph_merge(folder, &brain, NULL, NULL), PH_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "parts"));
    OK(ph_writer_open(folder, 0, &writer));
    ph_spike_record foreign = {5, 1000};
    OK(ph_writer_append(writer, PH_STREAM_SPIKES, &foreign, 1));
    OK(ph_writer_close(&writer));
    CU_ASSERT_EQUAL(ph_merge(folder, &brain, NULL, NULL), PH_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "do not belong"));
    CU_ASSERT(!exists("spikes.h5") && !exists("run.h5") && !exists("spikes.h5.tmp"));
    CU_ASSERT(exists("parts/rank-00000.part"));
}

/* --- a full disk ----------------------------------------------------------------------------- */

static void full_disk_is_told_by_the_writer(void)
{
    ph_writer *writer;
    if (access("/dev/full", W_OK) != 0) {
        printf(" SKIPPED: no /dev/full ");
        return;
    }
    OK(ph_output_clear(folder));
    CU_ASSERT_FATAL(mkdir(in_folder("parts"), 0777) == 0);
    CU_ASSERT_FATAL(symlink("/dev/full", in_folder("parts/rank-00000.part")) == 0);
    CU_ASSERT_EQUAL(ph_writer_open(folder, 0, &writer), PH_FILE);
    CU_ASSERT_PTR_NULL(writer);
    CU_ASSERT_PTR_NOT_NULL(strstr(ph_error_message(), "No space left"));
}

/* A limit on the size of files stands for a full disk. */
static void full_disk_leaves_no_result(void)
{
    struct rlimit before, small;
    write_run(2);
    CU_ASSERT_FATAL(getrlimit(RLIMIT_FSIZE, &before) == 0);
    signal(SIGXFSZ, SIG_IGN);
    small = before;
    for (rlim_t bytes = 0; bytes <= 40000; bytes += 10000) {
        small.rlim_cur = bytes;
        CU_ASSERT_FATAL(setrlimit(RLIMIT_FSIZE, &small) == 0);
        ph_status status = ph_merge(folder, &brain, NULL, NULL);
        char message[512];
        snprintf(message, sizeof message, "%s", ph_error_message());
        ph_writer *writer;
        ph_spike_record spike[1000] = {{1, 1}};
        ph_status opened = ph_writer_open(folder, 9, &writer);
        for (int i = 0; i < 100 && opened == PH_OK; i++)
            opened = ph_writer_append(writer, PH_STREAM_SPIKES, spike, 1000);
        if (opened == PH_OK)
            opened = ph_writer_flush(writer);
        (void)ph_writer_close(&writer);
        CU_ASSERT_FATAL(setrlimit(RLIMIT_FSIZE, &before) == 0);
        CU_ASSERT_EQUAL(status, PH_FILE);
        CU_ASSERT_PTR_NOT_NULL(strstr(message, "cannot"));
        CU_ASSERT(!exists("spikes.h5") && !exists("run.h5") && !exists("spikes.h5.tmp") &&
                  !exists("run.h5.tmp"));
        CU_ASSERT_EQUAL(opened, PH_FILE);
        CU_ASSERT(unlink(in_folder("parts/rank-00009.part")) == 0);
    }
    signal(SIGXFSZ, SIG_DFL);
    OK(ph_merge(folder, &brain, NULL, NULL)); /* nothing was lost */
    CU_ASSERT(exists("spikes.h5") && exists("run.h5"));
}

/* --- the summary ----------------------------------------------------------------------------- */

static void summary_is_json(void)
{
    ph_phase_summary phase_summaries[2] = {{"before", 200, 0.5, 0.25}, {"te\"st", 0, NAN, NAN}};
    ph_population_summary population = {"r.A", 140, 2.5};
    const char *controls[] = {"to\"nic", "0.5"};
    ph_experiment experiment = {"learns", "share right", PH_EXPERIMENT_MECHANISM, "phasic",
                                {2, controls}, PH_DIRECTION_BELOW, 0.25};
    ph_summary summary = {.complete = 1,
                          .experiment = &experiment,
                          .exit_reason = "finished",
                          .seed = 3,
                          .spike_hash = 0xABCu,
                          .neurons = 140,
                          .biological_s = 0.1,
                          .delivery_limit_share = NAN,
                          .exchange_hidden_share = 0.5,
                          .slice = {12, 480, 0.25},
                          .n_populations = 1,
                          .populations = &population,
                          .host = "n1",
                          .machines = 2,
                          .delivery = {2e9, NAN, NULL, 1.5e9, "a kernel", 38600},
                          .bytes_per_synapse = NAN,
                          .n_phases = 2,
                          .phases = phase_summaries};
    static const char *const pieces[] = {
        "\"complete\": true", "\"spike_hash\": \"0000000000000abc\"",
        "\"delivery_limit_share\": null", "\"exchange_hidden_share\": 0.5",
        "\"biological_s\": 0.1,", "\"host\": \"n1\",\n  \"machines\": 2,",
        "\"populations\": {\n    \"r.A\": {\"neurons\": 140, \"rate_Hz\": 2.5}\n  },",
        "\"exchange\": {\"slice\": {\"messages\": 12, \"bytes\": 480, \"wait_s\": 0.25},",
        "\"delivery\": {\"per_s\": 2e+09, \"limit_per_s\": null, \"limit_kernel\": null, "
        "\"buckets_per_s\": 1.5e+09, \"buckets_kernel\": \"a kernel\", \"window\": 38600}",
        "\"experiment\": {\n    \"claim\": \"learns\",\n    \"measure\": \"share right\",",
        "\"kind\": \"mechanism\",\n    \"arm\": \"phasic\",",
        "\"against\": [\"to\\\"nic\", \"0.5\"],\n    \"direction\": \"below\",",
        "\"smallest\": 0.25\n  },\n",
        "\"before\": {\"trials\": 200, \"accuracy\": 0.5, \"accuracy_last_50\": 0.25}",
        "\"te\\\"st\": {\"trials\": 0, \"accuracy\": null, \"accuracy_last_50\": null}"};
    OK(ph_summary_write(folder, &summary));
    size_t n;
    char *text = slurp(in_folder("summary.json"), &n);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, pieces[i]));
    free(text);
    CU_ASSERT(!exists("summary.json.tmp"));
    CU_ASSERT_EQUAL(ph_summary_write("/nonexistent", &summary), PH_FILE);
}

static void memory_balances(void)
{
    CU_ASSERT_EQUAL(ph_memory_blocks(), 0);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {{"spikes come back sorted", spikes_come_back},
                 {"run.h5 holds every stream", run_file_holds_everything},
                 {"long columns are packed and come back", long_columns_are_packed_and_come_back},
                 {"yoked reads releases", yoked_reads_releases},
                 {"bytes do not depend on ranks or memory", bytes_do_not_depend_on_ranks_or_memory},
                 {"a checksum sees every change", checksum_sees_every_change},
                 {"a broken block ends a part", broken_block_ends_a_part},
                 {"an empty run merges", empty_run_merges},
                 {"the merge says what is wrong", merge_says_what_is_wrong},
                 {"a full disk is told by the writer", full_disk_is_told_by_the_writer},
                 {"a full disk leaves no result", full_disk_leaves_no_result},
                 {"the summary is JSON", summary_is_json},
                 {"memory balances", memory_balances}};
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 1;
    CU_pSuite suite = CU_add_suite("io", make_folder, remove_made_folder);
    for (size_t i = 0; suite && i < sizeof tests / sizeof tests[0]; i++)
        CU_add_test(suite, tests[i].name, tests[i].run);
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    unsigned failures = CU_get_number_of_failures() + (CU_get_number_of_tests_run() == 0);
    CU_cleanup_registry();
    return failures ? 1 : 0;
}
