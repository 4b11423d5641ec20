/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of a run: while it runs, each rank appends records to a part file of its own, with
 * nothing collective; at the end (or in `phasic recover`) they are merged into run.h5 and
 * spikes.h5 with bounded memory. */
#ifndef PHASIC_IO_STREAM_H
#define PHASIC_IO_STREAM_H

#include <phasic/status.h>
#include <phasic/task.h>
#include <phasic/types.h>

typedef enum ph_stream {
    PH_STREAM_SPIKES,     /* ph_spike_record */
    PH_STREAM_RATES,      /* ph_rate_record: a rank's share of a count; merged by summing */
    PH_STREAM_V_M,        /* ph_V_m_record */
    PH_STREAM_WEIGHTS,    /* ph_weight_record */
    PH_STREAM_TRIALS,     /* ph_trial, root rank */
    PH_STREAM_MODULATORS, /* ph_modulator_record, root rank: one each beat, transmitter, site */
    PH_STREAM_RECEPTORS,  /* ph_receptor_record, root rank: one each beat, receptor, site */
    PH_STREAM_NUCLEI,     /* ph_nucleus_record, root rank: one each beat and transmitter */
    PH_STREAM_CONTROLLERS,/* ph_controller_record, root rank: one each beat and controller */
    PH_STREAM_SOURCES,    /* ph_source_record, root rank: one each beat and source */
    PH_STREAM_PHASES,     /* ph_phase_record, root rank: one at the end of each phase */
    PH_STREAMS
} ph_stream;

typedef struct ph_spike_record {
    ph_step step;
    ph_gid gid;
} ph_spike_record;

typedef struct ph_rate_record {
    int64_t interval;   /* number of the recording interval */
    int32_t population; /* index in the brain */
    int32_t count;      /* spikes */
} ph_rate_record;

typedef struct ph_V_m_record {
    ph_step step;
    ph_gid gid;
    double V_m; /* mV */
} ph_V_m_record;

typedef struct ph_weight_record {
    int32_t projection; /* index in the brain */
    int32_t moment;     /* 0: before the first phase, k: after the k-th phase */
    ph_gid target, source;
    int32_t delay;      /* steps */
    float weight;       /* pA or nS */
} ph_weight_record;

/* A site is a region, or the dendrites of its cells: compartment * regions + region. */
typedef struct ph_modulator_record {
    ph_step step;         /* start of the beat from which these hold */
    int32_t transmitter;  /* index */
    int32_t site;
    double concentration; /* nM */
    double released, taken, lost; /* nM, since the start of the run */
} ph_modulator_record;

typedef struct ph_receptor_record {
    ph_step step;        /* start of the beat from which these hold */
    int32_t transmitter; /* index */
    int32_t receptor;    /* index within the transmitter's */
    int32_t site;
    int32_t unused;      /* 0 */
    double occupancy;
    double o_tonic;      /* its slow mean */
    double messenger;
} ph_receptor_record;

typedef struct ph_nucleus_record {
    ph_step step;        /* start of the beat */
    int32_t transmitter;
    int32_t spikes;      /* of the nucleus in the beat */
    double reward;       /* paid in the beat */
} ph_nucleus_record;

typedef struct ph_controller_record {
    ph_step step;       /* start of the beat */
    int64_t controller; /* index in the brain */
    double signal;      /* what it computes */
    double value;       /* its second quantity; NaN when there is none */
} ph_controller_record;

typedef struct ph_source_record {
    ph_step step;   /* start of the beat */
    int32_t source; /* index in the brain */
    int32_t spikes; /* of its population in the beat */
} ph_source_record;

typedef struct ph_phase_record {
    int32_t phase; /* index */
    int32_t trials;
    ph_step begin, end;
    ph_step rest; /* time at its end in which the engine made no steps */
} ph_phase_record;

struct ph_brain;

/** @brief Steps of an interval of rates: a whole number of beats, at least one. Not collective. */
ph_step ph_rate_steps(const struct ph_brain *brain);

typedef struct ph_writer ph_writer;

/** @brief Open this rank's part file, OUT/parts/rank-NNNNN.part, and write its header.
 *  Not collective (the folder exists).
 *  @param writer out: owned by the caller, ph_writer_close
 *  @return PH_FILE with the system's reason */
ph_status ph_writer_open(const char *out_folder, int rank, ph_writer **writer);

/** @brief The same for a run that goes on: OUT/parts/rank-NNNNN.SSS.part. Not collective.
 *  @param segment how often the run has been resumed */
ph_status ph_writer_open_segment(const char *out_folder, int rank, int segment, ph_writer **writer);

/** @brief Flush, and wait until all of it is on the disk. Not collective.
 *  @param bytes out: length of the part file */
ph_status ph_writer_sync(ph_writer *writer, int64_t *bytes);

/** @brief Append n records of a stream; buffered in memory. Not collective. Not thread-safe.
 *  @param writer NULL: nothing is kept */
ph_status ph_writer_append(ph_writer *writer, ph_stream stream, const void *records, size_t n);

/** @brief Hand everything that was appended to the system, as blocks with length and checksum, so
 *  that a kill after it loses nothing of it. Not collective. */
ph_status ph_writer_flush(ph_writer *writer);

/** @brief Flush when the last one is a second ago or the buffers are full. Not collective.
 *  @param writer may be NULL */
ph_status ph_writer_flush_when_due(ph_writer *writer);

/** @brief Flush, close and null. Not collective. */
ph_status ph_writer_close(ph_writer **writer);

/** @brief Remove what an earlier run left in OUT: parts, results, summary and report. Called on one
 *  rank before any opens its part, when an existing folder is written again (--force).
 *  Not collective. @return PH_FILE with the system's reason */
ph_status ph_output_clear(const char *out_folder);

/** @brief Merge the part files of OUT into spikes.h5 and run.h5 (temporary names, then renamed).
 *  Called on one rank when all have closed theirs; used by `phasic recover` too. The parts stay:
 *  until the summary is there a run goes on from its checkpoint, and needs them. Records after a
 *  broken block of a part are left out.
 *  Not collective.
 *  @param brain what was run (names, resolution, recording)
 *  @param provenance text attributes "key\0value\0...\0\0"; NULL: none
 *  @param counts out: records of each stream, PH_STREAMS; may be NULL */
ph_status ph_merge(const char *out_folder, const struct ph_brain *brain, const char *provenance,
                   int64_t *counts);

#define PH_MERGE_MEMORY ((size_t)128 << 20) /* bytes for sorting: of ph_merge */

/** @brief ph_merge with a given amount of memory for sorting: with less it goes through files.
 *  Not collective. */
ph_status ph_merge_within(const char *out_folder, const struct ph_brain *brain,
                          const char *provenance, int64_t *counts, size_t memory);

/** @brief Delete the parts of OUT, which nothing will read again. Not collective. */
ph_status ph_parts_discard(const char *out_folder);

#endif
