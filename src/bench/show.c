/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of a machine as a table and as JSON. */
#include "bench/machine.h"

#include "base/version.h"

static const char *const orders[PH_SCATTER_ORDERS] = {"sequential", "buckets"};

/* --- the table -------------------------------------------------------------------------------- */

static void print_scatter(FILE *out, const ph_scatter *s)
{
    int n;
    const ph_scatter_kernel *kernels = ph_scatter_kernels(&n);
    fprintf(out,
            "\nscatter-add: %d-byte synapses, %.0f MB a thread, into a window of %d slots\n"
            "%-32s %11s %11s   10^9 updates/s of a thread\n",
            (int)sizeof(ph_synapse), (double)s->bytes * 1e-6, s->window, "kernel", orders[0],
            orders[1]);
    for (int k = 0; k < n; k++) {
        if (s->rate[0][k] == 0)
            continue;
        fprintf(out, "%-32s", kernels[k].name);
        for (int o = 0; o < PH_SCATTER_ORDERS; o++)
            fprintf(out, " %10.3f%c", 1e-9 * s->rate[o][k], k == s->best[o] ? '*' : ' ');
        fprintf(out, "\n");
    }
}

static void print_messages(FILE *out, const ph_machine *m)
{
    fprintf(out, "\npoint to point, 8 bytes: %.2f us\n%-32s", m->latency_us, "ranks");
    for (int g = 0; g < m->n_groups; g++)
        fprintf(out, " %9d", m->group[g]);
    fprintf(out, "\n%-32s", "exchange, each to each, 64 bytes");
    for (int g = 0; g < m->n_groups; g++)
        fprintf(out, " %9.2f", m->exchange_us[g]);
    fprintf(out, "   us\n");
    for (int s = 0; s < PH_MACHINE_SIZES; s++) {
        fprintf(out, "allreduce of %3d bytes           ", ph_machine_size(s));
        for (int g = 0; g < m->n_groups; g++)
            fprintf(out, "%9.2f ", m->allreduce_us[g][s]);
        fprintf(out, "  us\n");
    }
}

static void print_memory(FILE *out, const ph_machine *m)
{
    const ph_scatter *s = &m->scatter;
    int n, best = s->best[PH_SCATTER_SEQUENTIAL];
    const ph_scatter_kernel *kernels = ph_scatter_kernels(&n);
    double limit = s->rate[PH_SCATTER_SEQUENTIAL][best];
    fprintf(out, "\nmemory: read %.1f, copy %.1f, triad %.1f GB/s of a rank (arrays of %.0f MB a "
                 "thread)\n",
            1e-9 * m->stream.read, 1e-9 * m->stream.copy, 1e-9 * m->stream.triad,
            (double)m->array_bytes * 1e-6);
    print_scatter(out, s);
    fprintf(out, "limit of delivery: %.3g updates/s of a thread (%s, sequential), %.3g/s in all\n",
            limit, kernels[best].name, limit * m->ranks * m->threads);
    fprintf(out, "\nbarrier of %d thread%s: %.3f us a round\n", m->threads,
            m->threads == 1 ? "" : "s", m->barrier_us);
}

void ph_machine_print(FILE *out, const ph_machine *m)
{
    fprintf(out, "%d rank%s x %d thread%s, %s kernels%s\n", m->ranks, m->ranks == 1 ? "" : "s",
            m->threads, m->threads == 1 ? "" : "s", ph_isa_name(ph_isa_level()),
            m->has_cores ? "" : "; threads share cores, so these are not the machine's limits");
    if (!m->only_messages)
        print_memory(out, m);
    if (m->has_costs)
        ph_costs_print(out, &m->costs);
    if (m->n_groups)
        print_messages(out, m);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void print_scatter_json(FILE *out, const ph_scatter *s)
{
    int n;
    const ph_scatter_kernel *kernels = ph_scatter_kernels(&n);
    fprintf(out,
            "  \"scatter\": {\n    \"synapse_bytes\": %d, \"bytes\": %zu, \"window\": %d,\n",
            (int)sizeof(ph_synapse), s->bytes, s->window);
    for (int o = 0; o < PH_SCATTER_ORDERS; o++) {
        fprintf(out, "    \"%s\": {\"best\": \"%s\", \"per_s\": %.6g, \"kernels\": {", orders[o],
                kernels[s->best[o]].name, s->rate[o][s->best[o]]);
        for (int k = 0, any = 0; k < n; k++)
            if (s->rate[o][k] > 0)
                fprintf(out, "%s\n      \"%s\": %.6g", any++ ? "," : "", kernels[k].name,
                        s->rate[o][k]);
        fprintf(out, "}}%s\n", o + 1 < PH_SCATTER_ORDERS ? "," : "");
    }
    fprintf(out, "  },\n");
}

static void print_messages_json(FILE *out, const ph_machine *m)
{
    fprintf(out, "  \"latency_us\": ");
    if (m->n_groups)
        fprintf(out, "%.6g", m->latency_us);
    else
        fprintf(out, "null");
    fprintf(out, ",\n  \"groups\": [");
    for (int g = 0; g < m->n_groups; g++) {
        fprintf(out, "%s\n    {\"ranks\": %d, \"exchange_us\": %.6g, \"allreduce_us\": {",
                g ? "," : "", m->group[g], m->exchange_us[g]);
        for (int s = 0; s < PH_MACHINE_SIZES; s++)
            fprintf(out, "%s\"%d\": %.6g", s ? ", " : "", ph_machine_size(s),
                    m->allreduce_us[g][s]);
        fprintf(out, "}}");
    }
    fprintf(out, "%s]\n", m->n_groups ? "\n  " : "");
}

static void print_memory_json(FILE *out, const ph_machine *m)
{
    fprintf(out,
            "  \"stream\": {\"array_bytes\": %zu, \"read_bytes_per_s\": %.6g, "
            "\"copy_bytes_per_s\": %.6g, \"triad_bytes_per_s\": %.6g},\n",
            m->array_bytes, m->stream.read, m->stream.copy, m->stream.triad);
    print_scatter_json(out, &m->scatter);
    fprintf(out, "  \"barrier_us\": %.6g,\n", m->barrier_us);
    if (!m->has_costs)
        return;
    ph_costs_print_json(out, &m->costs);
    fprintf(out, ",\n");
}

void ph_machine_print_json(FILE *out, const ph_machine *m)
{
    fprintf(out,
            "{\n  \"version\": \"%s\", \"git_commit\": \"%s\", \"isa\": \"%s\",\n"
            "  \"ranks\": %d, \"threads\": %d, \"has_cores\": %s,\n",
            PH_VERSION, PH_GIT_COMMIT, ph_isa_name(ph_isa_level()), m->ranks, m->threads,
            m->has_cores ? "true" : "false");
    if (!m->only_messages)
        print_memory_json(out, m);
    print_messages_json(out, m);
    fprintf(out, "}\n");
}
