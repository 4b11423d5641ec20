/* SPDX-License-Identifier: Apache-2.0 */
/* The closing figures of a run, as JSON for scripts and as a table for people. */
#include "io/summary.h"

#include "base/version.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const stage_names[PH_STAGES] = {
    [PH_STAGE_BUILD] = "build",       [PH_STAGE_DELIVER] = "deliver",
    [PH_STAGE_UPDATE] = "update",     [PH_STAGE_EXCHANGE] = "exchange",
    [PH_STAGE_NEUROMOD] = "neuromod", [PH_STAGE_WRITE] = "write",
    [PH_STAGE_OTHER] = "other"};

/* --- JSON ------------------------------------------------------------------------------------ */

static void put_text(FILE *file, const char *text)
{
    if (!text) {
        fputs("null", file);
        return;
    }
    fputc('"', file);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(file, "\\%c", *c);
        else if (*c < 0x20)
            fprintf(file, "\\u%04x", *c);
        else
            fputc(*c, file);
    }
    fputc('"', file);
}

/* The shortest of the usual forms that reads back as the same double; null for NaN. */
static void put_real(FILE *file, double value)
{
    char text[40];
    if (!isfinite(value)) {
        fputs("null", file);
        return;
    }
    for (int digits = 6; digits <= 17; digits += digits < 15 ? 9 : 1) {
        double back;
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (sscanf(text, "%lf", &back) == 1 && memcmp(&back, &value, sizeof back) == 0)
            break;
    }
    fputs(text, file);
}

static void put_int_key(FILE *file, const char *key, int64_t value)
{
    fprintf(file, "  \"%s\": %" PRId64 ",\n", key, value);
}

static void put_real_key(FILE *file, const char *key, double value)
{
    fprintf(file, "  \"%s\": ", key);
    put_real(file, value);
    fputs(",\n", file);
}

static void put_text_key(FILE *file, const char *key, const char *value)
{
    fprintf(file, "  \"%s\": ", key);
    put_text(file, value);
    fputs(",\n", file);
}

static void put_stages(FILE *file, const char *key, const double *seconds)
{
    fprintf(file, "  \"%s\": {", key);
    for (int s = 0; s < PH_STAGES; s++) {
        fprintf(file, "%s\"%s\": ", s ? ", " : "", stage_names[s]);
        put_real(file, seconds[s]);
    }
    fputs("},\n", file);
}

static void put_delivery(FILE *file, const ph_delivery *delivery)
{
    fputs("  \"delivery\": {\"per_s\": ", file);
    put_real(file, delivery->per_s);
    fputs(", \"limit_per_s\": ", file);
    put_real(file, delivery->limit_per_s);
    fputs(", \"limit_kernel\": ", file);
    put_text(file, delivery->limit_kernel);
    fputs(", \"buckets_per_s\": ", file);
    put_real(file, delivery->buckets_per_s);
    fputs(", \"buckets_kernel\": ", file);
    put_text(file, delivery->buckets_kernel);
    fprintf(file, ", \"window\": %" PRId64 "},\n", delivery->window);
}

static void put_traffic(FILE *file, const char *before, const ph_traffic *traffic)
{
    fprintf(file, "%s{\"messages\": %" PRId64 ", \"bytes\": %" PRId64 ", \"wait_s\": ", before,
            traffic->messages, traffic->bytes);
    put_real(file, traffic->wait_s);
    fputc('}', file);
}

/* Where the run was, and what travelled. */
static void put_place(FILE *file, const ph_summary *s)
{
    put_text_key(file, "host", s->host);
    put_int_key(file, "machines", s->machines);
    put_int_key(file, "cores_bound", s->cores_bound);
    fprintf(file, "  \"pinned\": %s,\n", s->is_pinned ? "true" : "false");
    put_traffic(file, "  \"exchange\": {\"slice\": ", &s->slice);
    put_traffic(file, ",\n    \"epoch\": ", &s->epoch);
    fputs("},\n", file);
}

static void put_populations(FILE *file, const ph_summary *summary)
{
    fputs("  \"populations\": {", file);
    for (int p = 0; p < summary->n_populations; p++) {
        fputs(p ? ",\n    " : "\n    ", file);
        put_text(file, summary->populations[p].name);
        fprintf(file, ": {\"neurons\": %" PRId64 ", \"rate_Hz\": ",
                summary->populations[p].neurons);
        put_real(file, summary->populations[p].rate);
        fputc('}', file);
    }
    fputs(summary->n_populations ? "\n  },\n" : "},\n", file);
}

static void put_phases(FILE *file, const ph_summary *summary)
{
    fputs("  \"phases\": {", file);
    for (int p = 0; p < summary->n_phases; p++) {
        const ph_phase_summary *phase = &summary->phases[p];
        fputs(p ? ",\n    " : "\n    ", file);
        put_text(file, phase->name);
        fprintf(file, ": {\"trials\": %" PRId64 ", \"accuracy\": ", phase->trials);
        put_real(file, phase->accuracy);
        fputs(", \"accuracy_last_50\": ", file);
        put_real(file, phase->accuracy_last_50);
        fputc('}', file);
    }
    fputs(summary->n_phases ? "\n  }\n" : "}\n", file);
}

static void put_field(FILE *file, const char *before, const char *text)
{
    fputs(before, file);
    put_text(file, text);
}

/* The keys of the configuration by their names. */
static void put_experiment(FILE *file, const ph_experiment *e)
{
    if (!e || !e->claim)
        return;
    put_field(file, "  \"experiment\": {\n    \"claim\": ", e->claim);
    put_field(file, ",\n    \"measure\": ", e->measure);
    put_field(file, ",\n    \"kind\": ", ph_experiment_kinds[e->kind]);
    put_field(file, ",\n    \"arm\": ", e->arm);
    fputs(",\n    \"against\": [", file);
    for (int i = 0; i < e->against.count; i++)
        put_field(file, i ? ", " : "", e->against.items[i]);
    put_field(file, "],\n    \"direction\": ", ph_experiment_directions[e->direction]);
    fputs(",\n    \"smallest\": ", file);
    put_real(file, e->smallest);
    fputs("\n  },\n", file);
}

static void put_counts(FILE *file, const ph_summary *s)
{
    put_int_key(file, "neurons", s->neurons);
    put_int_key(file, "synapses", s->synapses);
    put_int_key(file, "plastic_synapses", s->plastic_synapses);
    put_int_key(file, "ranks", s->ranks);
    put_int_key(file, "threads", s->threads);
    put_int_key(file, "largest_rank_neurons", s->largest_rank_neurons);
    put_int_key(file, "largest_rank_synapses", s->largest_rank_synapses);
    put_int_key(file, "spikes", s->spikes);
    put_int_key(file, "synaptic_events", s->synaptic_events);
    put_int_key(file, "plastic_events", s->plastic_events);
    put_int_key(file, "peak_rss_bytes", s->peak_rss_bytes);
}

static void put_summary(FILE *file, const ph_summary *s)
{
    char hash[17];
    fputs("{\n", file);
    fprintf(file, "  \"complete\": %s,\n", s->complete ? "true" : "false");
    put_text_key(file, "exit_reason", s->exit_reason);
    put_text_key(file, "version", PH_VERSION);
    put_text_key(file, "git_commit", PH_GIT_COMMIT);
    put_text_key(file, "precision", PH_PRECISION);
    put_int_key(file, "seed", s->seed);
    snprintf(hash, sizeof hash, "%016" PRIx64, s->spike_hash);
    put_text_key(file, "spike_hash", hash);
    snprintf(hash, sizeof hash, "%016" PRIx64, s->weight_hash);
    put_text_key(file, "weight_hash", hash);
    put_counts(file, s);
    put_real_key(file, "biological_s", s->biological_s);
    put_real_key(file, "build_s", s->build_s);
    put_real_key(file, "simulate_s", s->simulate_s);
    put_real_key(file, "real_time_factor", s->real_time_factor);
    put_real_key(file, "bytes_per_synapse", s->bytes_per_synapse);
    put_real_key(file, "delivery_limit_share", s->delivery_limit_share);
    put_real_key(file, "exchange_hidden_share", s->exchange_hidden_share);
    put_delivery(file, &s->delivery);
    put_stages(file, "stages_s", s->stages_s);
    put_stages(file, "stages_max_s", s->stages_max_s);
    put_stages(file, "stages_min_s", s->stages_min_s);
    put_place(file, s);
    put_experiment(file, s->experiment);
    put_populations(file, s);
    put_phases(file, s);
    fputs("}\n", file);
}

static ph_status write_file(const char *path, const ph_summary *summary)
{
    FILE *file = fopen(path, "w");
    PH_CHECK(file, PH_FILE, "cannot create %s: %s", path, strerror(errno));
    put_summary(file, summary);
    int failed = fflush(file) != 0 || ferror(file) || fsync(fileno(file)) != 0;
    int error = errno;
    if (fclose(file) != 0 && !failed) {
        failed = 1;
        error = errno;
    }
    PH_CHECK(!failed, PH_FILE, "cannot write %s: %s", path, strerror(error));
    return PH_OK;
}

ph_status ph_summary_write(const char *out_folder, const ph_summary *summary)
{
    char path[4096], temporary[4096];
    int length = snprintf(temporary, sizeof temporary, "%s/summary.json.tmp", out_folder);
    PH_CHECK(length > 0 && (size_t)length < sizeof temporary, PH_FILE, "the name %s is too long",
             out_folder);
    snprintf(path, sizeof path, "%s/summary.json", out_folder);
    ph_status status = write_file(temporary, summary);
    if (status == PH_OK && rename(temporary, path) != 0)
        status = ph_error(PH_FILE, "cannot rename %s: %s", temporary, strerror(errno));
    if (status != PH_OK)
        (void)unlink(temporary); /* the first error is the one to tell */
    return status;
}

/* --- the table ------------------------------------------------------------------------------- */

/* A number with a prefix: 12.3 M. */
static const char *short_number(double value, char text[24])
{
    static const char *const prefixes[] = {"", " k", " M", " G", " T"};
    int p = 0;
    while (p < 4 && value >= 999.5) {
        value /= 1000;
        p++;
    }
    snprintf(text, 24, p ? "%.3g%s" : "%.0f%s", value, prefixes[p]);
    return text;
}

static double per_second(int64_t events, double seconds)
{
    return seconds > 0 ? (double)events / seconds : 0;
}

static void print_stages(const ph_summary *s)
{
    double whole = s->build_s + s->simulate_s;
    printf("\n%-12s %12s %8s %14s\n", "stage", "mean s", "share", "largest s");
    for (int i = 0; i < PH_STAGES; i++)
        printf("%-12s %12.3f %6.1f %% %14.3f\n", stage_names[i], s->stages_s[i],
               whole > 0 ? 100 * s->stages_s[i] / whole : 0.0, s->stages_max_s[i]);
    printf("%-12s %12.3f\n\n", "all", whole);
}

static void print_delivery(const ph_summary *s)
{
    const ph_delivery *d = &s->delivery;
    char a[24], b[24], c[24];
    printf("delivery           %s events/s of a thread: %.0f %% of the %s/s that this machine can "
           "add\n                   (%s, window of %" PRId64 " slots; %s/s in buckets at random "
           "places)\n",
           short_number(d->per_s, a), 100 * s->delivery_limit_share,
           short_number(d->limit_per_s, b), d->limit_kernel, d->window,
           short_number(d->buckets_per_s, c));
}

static void print_events(const ph_summary *s)
{
    char a[24], b[24];
    printf("spikes             %s (%.2f Hz a neuron)\n", short_number((double)s->spikes, a),
           s->neurons > 0 ? per_second(s->spikes, s->stepped_s) / (double)s->neurons : 0.0);
    printf("synaptic events    %s, %s a second\n", short_number((double)s->synaptic_events, a),
           short_number(per_second(s->synaptic_events, s->simulate_s), b));
    if (s->plastic_synapses > 0)
        printf("plastic events     %s, %s a second\n", short_number((double)s->plastic_events, a),
               short_number(per_second(s->plastic_events, s->simulate_s), b));
    if (isfinite(s->delivery_limit_share))
        print_delivery(s);
    if (isfinite(s->exchange_hidden_share))
        printf("exchange           %.0f %% of the time that spikes travelled was spent computing\n",
               100 * s->exchange_hidden_share);
    printf("memory             %.1f MB on the largest rank",
           (double)s->peak_rss_bytes / 1e6);
    if (isfinite(s->bytes_per_synapse))
        printf(", %.1f bytes a synapse in all", s->bytes_per_synapse);
    printf("\n");
}

static void print_phases(const ph_summary *s)
{
    int any = 0;
    for (int p = 0; p < s->n_phases; p++)
        any |= s->phases[p].trials > 0;
    if (!any)
        return;
    printf("\n%-20s %8s %8s %8s\n", "phase", "trials", "right", "last 50");
    for (int p = 0; p < s->n_phases; p++)
        if (s->phases[p].trials > 0)
            printf("%-20s %8" PRId64 " %6.1f %% %6.1f %%\n", s->phases[p].name,
                   s->phases[p].trials, 100 * s->phases[p].accuracy,
                   100 * s->phases[p].accuracy_last_50);
}

ph_status ph_summary_print(const ph_summary *s)
{
    char a[24], b[24], c[24];
    printf("\n%s neurons, %s synapses (%s plastic), %d rank%s with %d thread%s\n",
           short_number((double)s->neurons, a), short_number((double)s->synapses, b),
           short_number((double)s->plastic_synapses, c), s->ranks, s->ranks == 1 ? "" : "s",
           s->threads, s->threads == 1 ? "" : "s");
    printf("%.3f s of biological time in %.3f s", s->biological_s, s->simulate_s);
    if (isfinite(s->real_time_factor))
        printf(", real-time factor %.3g", s->real_time_factor);
    printf(" (%s)\n", s->exit_reason ? s->exit_reason : "");
    print_stages(s);
    print_events(s);
    print_phases(s);
    printf("\nspike hash  %016" PRIx64 "\n", s->spike_hash);
    if (s->plastic_synapses > 0)
        printf("weight hash %016" PRIx64 "\n", s->weight_hash);
    PH_CHECK(fflush(stdout) == 0 && !ferror(stdout), PH_FILE, "cannot write to standard output: %s",
             strerror(errno));
    return PH_OK;
}
