/* SPDX-License-Identifier: Apache-2.0 */
/* Private to sim: the state of a run, shared by the files of this room. */
#ifndef PHASIC_SIM_INTERNAL_H
#define PHASIC_SIM_INTERNAL_H

#include "base/random.h"
#include "comm/beat.h"
#include "comm/exchange.h"
#include "io/checkpoint.h"
#include "io/stream.h"
#include "network/network.h"
#include "neuromod/local.h"
#include "neuromod/mistimed.h"
#include "neuromod/neuromod.h"
#include "sim/barrier.h"
#include "sim/job_end.h"
#include "sim/sim.h"
#include "stimulus/stimuli.h"
#include <phasic/plasticity.h>
#include <phasic/stimulus.h>

/* A stimulus of a group, ready to be applied. */
typedef struct ph_applied {
    const ph_stimulus_type *type;
    const void *params;
    int port;          /* SPIKES */
    ph_sum weight;     /* SPIKES: quanta */
    uint32_t stream;
    int64_t drawn;
    uint32_t *buffer;  /* 4 words a neuron */
    void *own;         /* what the type has opened */
    _Alignas(64) char table[PH_STIMULUS_TABLE];
} ph_applied;

/* A Poisson input of a group whose rates others set: the task, or a nucleus' controller. */
typedef struct ph_driven {
    int input;         /* the task's; or PH_TASK_INPUTS + 2 c (exc), + 1 (inh) of controller c */
    int first, count;  /* neurons of the group within the input's span */
    int64_t offset;    /* index of the first of them within the span */
    int n_active;      /* of them: those with a rate */
    int port;
    ph_sum weight;     /* quanta */
    ph_purpose purpose;
    uint32_t stream;
    int64_t drawn;
    uint32_t *buffer;  /* 4 words a neuron */
    float *rate;       /* Hz, count */
    ph_poisson_cell *cells; /* those with a rate; room for count */
} ph_driven;

/* Neurons of a group that are counted for a readout. */
typedef struct ph_counted {
    int readout;
    int first, last; /* indices within the group, last excluded */
} ph_counted;

/* Neurons of a group whose V_m is recorded. */
typedef struct ph_probed {
    int first, last;
} ph_probed;

/* What sim adds to a group of a block. */
typedef struct ph_group_run {
    int n_applied, n_driven, n_counted, n_probed;
    ph_applied *applied;
    ph_driven *driven;
    ph_counted *counted;
    ph_probed *probed;
    double silenced;   /* fraction of its neurons whose spikes do not leave them */
    double noise;      /* probability of a spike in a step, instead of its own; below 0: its own */
    int recorded;      /* 1: its spikes are recorded */
    int64_t spikes_in_interval; /* since the last recorded rate */
    int64_t spikes;             /* since the run began */
} ph_group_run;

/* A spike of a block, or of another rank. */
typedef struct ph_emitted {
    ph_step step;
    ph_lid neuron;  /* the rank's number; -1: of another rank */
    int32_t source; /* number among the rank's sources; -1: it has no synapses here */
} ph_emitted;

/* The spikes of a block in a window, or those that came from other ranks; of one source in order of
 * time. */
typedef struct ph_window {
    _Alignas(64) ph_emitted *spikes; /* all threads read it: a line of its own */
    size_t n, room;
} ph_window;

typedef struct ph_block_run {
    ph_window windows[PH_TIERS][2]; /* one is filled while the other threads read the other */
    ph_group_run *groups;
    ph_spike_record *spikes;   /* to be written */
    size_t n_spikes, spikes_room;
    ph_V_m_record *V_m;        /* to be written */
    size_t n_V_m, V_m_room;
    ph_spike_record *log;      /* all of the last longest delay, for checkpoints */
    size_t n_log, log_room, log_kept; /* left when it was last gone through */
    int64_t *counts;           /* by readout, of the beat */
    int64_t total_spikes;
    uint64_t hash;
    double stage_s[PH_STAGES];
} ph_block_run;

/* The parameters of a projection's rule that receptors may move, found once. */
typedef struct ph_moved {
    int has_rule;              /* of targets on this rank; 0: nothing else is set */
    int site;                  /* of its targets, whose receptors count */
    const ph_param *rate;      /* the learning rate, 0 when frozen; NULL: the rule has none */
    const ph_param *online[PH_RULE_ONLINE]; /* likewise what changes weights at once */
    int n_gates, n_sampled;
    const ph_param *gates[PH_RULE_GATES];     /* n_gates, in the order of the rule's .gates */
    const ph_param *sampled[PH_RULE_SAMPLED]; /* n_sampled, in the order of the rule's .sampled */
} ph_moved;

/* The parameters of a population's neurons as receptors have moved them. */
typedef struct ph_excitability {
    int is_moved;              /* 1: receptors move some of its neurons, of which this rank has
                                  some; 0: nothing else is set */
    int is_in_force;           /* 0: nothing has been made of them yet */
    char *params;              /* the struct of the model, as in force; owned */
    char *next;                /* room for those of the beat that begins; owned */
    double gain[PH_NEURON_PORTS]; /* of the ports, in force */
} ph_excitability;

/* Figures of a run that was resumed, up to then: sums over ranks, on rank 0. */
typedef struct ph_figures_before {
    int64_t spikes, events, plastic_events;
    uint64_t hash;
    double simulate_s;
    double stages_s[PH_STAGES]; /* means over ranks */
} ph_figures_before;

/* What a run has still to go, biological time; NaN: not known. */
typedef struct ph_left {
    double stepped_s;
    double rested_s; /* of rest phases */
} ph_left;

struct ph_sim {
    const ph_brain *brain;     /* as configured */
    const ph_brain *in_force;  /* as it is in the phase */
    ph_comm *comm;
    ph_sim_options options;
    int rank, is_root;
    int threads;               /* of those asked for, those that have a core */
    int *cpus;                 /* of the threads, where they are pinned */
    int is_pinned;             /* 1: each thread keeps to its cpu */
    ph_layout *layout;
    ph_network *network;
    ph_exchange *exchange[PH_TIERS];
    ph_beat_comm *beat_comm;
    ph_barrier *barrier;
    ph_block_run *blocks;      /* beside network->blocks */
    ph_writer *writer;
    double h;                  /* ms */

    /* inputs and readouts */
    ph_task_layout task;
    ph_inputs inputs;
    int n_readouts;            /* the task's, the controllers', the regions' own, the sources',
                                  then one for each nucleus */
    ph_span readouts[PH_TASK_READOUTS + 64 + PH_MAX_LOCALS + PH_MAX_SOURCES + PH_MAX_TRANSMITTERS];
    int first_local, n_locals; /* of them: the regions' own; none if no phase asks for them */

    /* neuromodulators */
    ph_neuromod *neuromod;
    ph_moved *moved;           /* by projection */
    ph_excitability *excitability; /* by population */
    ph_broadcast broadcast;    /* in force */
    float shown_channels[PH_TASK_CHANNELS]; /* of which the inputs' rates were made last */
    int shown_phase;           /* and the phase + 1; 0: none yet */

    /* root */
    void *task_state;
    ph_controllers *controllers;
    ph_broadcast next;         /* being made */
    int64_t *sums;             /* counts of the beat before last, then failed ranks */
    double *yoked;             /* release of another run: beat * transmitters + t; NULL: none */
    int64_t n_yoked;
    double *yoked_sources;     /* the same of the sources: beat * sources + s */
    int64_t n_yoked_sources;
    ph_mistimed *mistimed;
    ph_local_means local_means[PH_MAX_LOCALS];
    int root_phase;            /* phase the root is in */
    ph_step root_phase_begin;  /* step at which it comes into force */
    int64_t root_trials;       /* trials of the phase so far */
    ph_nucleus_drive drive[PH_MAX_CONTROLLERS];
    double signal[PH_MAX_CONTROLLERS], value[PH_MAX_CONTROLLERS];
    double expected;           /* the critic's value at the last outcome; NaN: none */
    int8_t **correct;          /* per phase: outcome of each trial */
    size_t *correct_room;
    int64_t *n_correct;        /* per phase: trials */

    /* the pipeline */
    int n_transmitters;     /* number of transmitters */
    int64_t *beat_counts;      /* of this rank and beat: readouts, then 1 after an error */
    int64_t nucleus_counts[PH_MAX_TRANSMITTERS]; /* spikes of the nuclei in the beat (root) */
    int posted;                /* 1: a reduction and a broadcast are on their way */
    int is_early;              /* 1: they have been taken in already: sums, and ... */
    ph_broadcast early;        /* this */
    ph_step taken;             /* end of an epoch whose spikes of others were taken in early */

    /* checkpoints */
    ph_step longest_delay;     /* of all projections, steps */
    int is_due;                /* 1: one is to be taken after this beat */
    int leaving;               /* 1: and then the run ends */
    int left;                  /* 1: it has ended so */
    double checkpoint_at;      /* ph_clock of the last one by the clock; root */
    double longest_write_s;    /* that one took */
    ph_job_end job_end;
    int segment;               /* how often the run has been resumed */
    ph_part_end *parts;        /* n_parts: part files of the segments before */
    int n_parts;
    ph_figures_before before;

    /* time */
    ph_step step;              /* done so far */
    ph_step begun;             /* at which the run began: 0, unless it started from another */
    ph_step until;             /* --until, since the run began; INT64_MAX: none */
    ph_step end;               /* the same, as a step */
    ph_step stop_at;           /* of --stop-at; INT64_MAX: none */
    int phase;                 /* in force */
    ph_step phase_begin;
    ph_step rested;            /* of rests that are over, in which no steps were made */
    ph_step rest_due;          /* of the rest that is to be made now; 0: none */
    int64_t rest_steps;        /* of it that are still to be made */
    double rest_left;          /* ms that are left of it */
    double rest_step;          /* ms: length of the step that is under way */
    int finished;

    ph_window others[PH_TIERS]; /* spikes of other ranks, of the window received last */

    /* errors of this rank: the first one; the run goes on until all ranks stop together */
    ph_status error;
    char error_text[1024];

    /* figures */
    double build_s, simulate_s;
    double wait_s, neuromod_s, write_s; /* master */
    double begun_at, shown_at;
    double first_ms;                    /* biological time of the run at that step */
    ph_step first_step, first_rested;   /* step and rested, likewise */
    double rest_began_at, rest_s;       /* ph_clock of the last rest; wall time of all since then */
    ph_population_summary *population_summaries;
    ph_phase_summary *phase_summaries;
    int is_cut;                        /* 1: --until has ended it */
    char host[65]; /* of this rank; empty: not known */
};

/* inputs.c */
/** @brief Ask task and controllers for inputs and readouts. Not collective. */
ph_status ph_sim_lay_inputs(ph_sim *sim);
/** @brief Attach stimuli, driven inputs, readouts and probes to the groups. Not collective. */
ph_status ph_sim_attach(ph_sim *sim);
/** @brief Rates of driven inputs for the state in force. Not collective. @param nuclei 1: of the
 *  nuclei's drives (root), 0: of the task's inputs */
void ph_sim_set_rates(ph_sim *sim, int nuclei);
/** @brief Free what was attached. Not collective. */
void ph_sim_detach(ph_sim *sim);

/* step.c */
/** @brief One step of one block: arrivals, stimuli, update, spikes. Not collective; its thread.
 *  @param now time of the last look at the clock */
ph_status ph_sim_step(ph_sim *sim, int block, ph_step step, double *now);
/** @brief Count the time since *now as a stage of the block, and set *now. Where a slice is a step,
 *  looking at the clock is a part of the work: no stage has a beginning of its own. Not
 *  collective; its thread. */
void ph_sim_lap(ph_sim *sim, int block, int stage, double *now);

/* handover.c */
/** @brief Ask the other ranks for the sources needed here. Collective on comm. */
ph_status ph_sim_create_exchanges(ph_sim *sim);
/** @brief The window in which a step lies. Not collective. */
ph_window *ph_sim_window(const ph_sim *sim, int block, ph_tier tier, ph_step step);
/** @brief Empty the windows that begin with a slice. Not collective; its thread. */
void ph_sim_open_windows(ph_sim *sim, int block, ph_step slice_begin);
/** @brief After a slice: send its spikes. Not collective. Master.
 *  @param end_of_epoch 1: those of the epoch that ends with it too
 *  @param now time of the last look at the clock; out: of the next */
ph_status ph_sim_send(ph_sim *sim, ph_step slice_begin, int end_of_epoch, double *now);
/** @brief Take in the spikes of other ranks of the window sent last. Not collective. Master. */
ph_status ph_sim_receive(ph_sim *sim, ph_tier tier, ph_step window_begin);
/** @brief Enter the rank's own spikes into a block's calendar. Not collective; its thread.
 *  @param step of the window */
ph_status ph_sim_enter_own(ph_sim *sim, int block, ph_tier tier, ph_step step);
/** @brief Enter the spikes received and the sweeps of their window. Not collective; its thread.
 *  The window's own spikes have been entered. */
ph_status ph_sim_enter_others(ph_sim *sim, int block, ph_tier tier, ph_step window_end);

/* beat.c */
/** @brief Find the parameters that receptors may move. Not collective. */
ph_status ph_sim_find_moved(ph_sim *sim);
/** @brief Master's work before a beat: gates and rates in force. Not collective. */
ph_status ph_sim_begin_beat(ph_sim *sim);
/** @brief Master's work after a beat: pipeline, root, streams. Collective on comm. */
ph_status ph_sim_end_beat(ph_sim *sim);

/** @brief Steps of rest that will pass when the state that is posted now comes into force.
 *  Not collective. */
ph_step ph_sim_rest_coming(const ph_sim *sim);

/** @brief The rest in which a beat was, the last one (1) or one before it; NULL: it was in none.
 *  Not collective. */
const ph_phase *ph_sim_rested(const ph_sim *sim, int beats);

/** @brief Master's work before a rest: modulators at their tonic level. Not collective. */
void ph_sim_begin_rest(ph_sim *sim);
/** @brief Master's work before a step of a rest: what messengers move, in force. Not collective. */
void ph_sim_begin_rest_step(ph_sim *sim);
/** @brief Master's work after it. Not collective. */
void ph_sim_end_rest_step(ph_sim *sim);
/** @brief Master's work after a rest: its phase ends. Not collective. */
ph_status ph_sim_end_rest(ph_sim *sim);

/** @brief Make the phase in force take effect: values of its `set`, silenced populations.
 *  Not collective. */
void ph_sim_apply_phase(ph_sim *sim);

/* excitability.c */
/** @brief Make room for the parameters of populations that receptors may move. Not collective. */
ph_status ph_sim_create_excitability(ph_sim *sim);
/** @brief Put the parameters and gains of the beat that begins in force in all groups of modulated
 *  populations, of which nothing is done while they stay as they are. Frozen plasticity does not
 *  freeze them. Not collective. Master, while no thread steps. */
void ph_sim_begin_excitability(ph_sim *sim);
/** @brief Free what was made. Not collective. */
void ph_sim_destroy_excitability(ph_sim *sim);

/* checkpoint.c */
/** @brief What signals have asked for: a checkpoint, and to leave. Not collective.
 *  @param counts out: 2 */
void ph_checkpoint_requests(int64_t *counts);
/** @brief About what this rank will write into a checkpoint, bytes. Not collective. */
double ph_checkpoint_bytes(const ph_sim *sim);
/** @brief Ask all ranks for a checkpoint, where one is wanted. Root. Not collective. */
void ph_checkpoint_ask(ph_sim *sim);
/** @brief Take a checkpoint. Collective on comm. Master, while no thread steps.
 *  @return an error that ends the run; a checkpoint that cannot be written is none, unless the run
 *  was to leave after it */
ph_status ph_sim_checkpoint(ph_sim *sim);
/** @brief Begin in the state of another run: that of the brain alone. Collective on comm. Errors
 *  are agreed. */
ph_status ph_sim_start(ph_sim *sim);
/** @brief Go on from the checkpoint of the options: cut the part files, load all of it.
 *  Collective on comm. Errors are agreed. */
ph_status ph_sim_resume(ph_sim *sim);

/* placement.c */
/** @brief Put each thread onto a core, where this run has the cores for itself. Not collective.
 *  @return PH_RESOURCE when the launcher has bound this rank to fewer cpus than it has threads */
ph_status ph_sim_place_threads(ph_sim *sim);
/** @brief Let them run where they might before. Not collective. */
void ph_sim_release_threads(ph_sim *sim);
/** @brief Print which ranks are on which host and cpus, on rank 0. Collective on comm. */
ph_status ph_sim_print_placement(const ph_sim *sim);

/* figures.c */
/** @brief Biological time of the run so far, ms, rests included. Not collective. */
double ph_sim_elapsed(const ph_sim *sim);
/** @brief Seconds of each stage on this rank, means over its threads. Not collective. */
void ph_sim_stages(const ph_sim *sim, double *stages);

/* root.c */
/** @brief Begin the task's part of the phase that the root is in. Root. Not collective. */
ph_status ph_root_begin_task_phase(ph_sim *sim);
/** @brief Open task and controllers. Root. Not collective. */
ph_status ph_root_open(ph_sim *sim);
/** @brief Act at the end of a beat on the counts of the one before. Root. Not collective. */
ph_status ph_root_act(ph_sim *sim, ph_step end_of_beat);
/** @brief Close task and controllers. Root. Not collective. */
void ph_root_close(ph_sim *sim);

/* release.c */
/** @brief Read the run that this one is yoked to, if any; rings of past releases. Root. Not
 *  collective. */
ph_status ph_root_open_release(ph_sim *sim);
/** @brief Record what nuclei and sources did, and set what is released. Root. Not collective.
 *  @param reward paid in the beat */
ph_status ph_root_release(ph_sim *sim, double reward);
/** @brief Free what was opened. Root. Not collective. */
void ph_root_close_release(ph_sim *sim);

/* record.c */
/** @brief Record the weights of chosen projections. Not collective. */
ph_status ph_record_weights_now(ph_sim *sim, int moment);
/** @brief An interval of recording in steps: whole beats, and one at least. Not collective. */
ph_step ph_record_interval(const ph_sim *sim, double ms);
/** @brief Hand the beat's spikes, V_m and rates to the writer. Not collective. */
ph_status ph_record_beat(ph_sim *sim);
/** @brief Order-free hash of all plastic weights of this rank. Not collective. */
uint64_t ph_weight_hash(const ph_sim *sim);

/* left.c */
/** @brief Biological time that the run has to go, until its phases are over, --until or --stop-at.
 *  A phase of trials takes as long as trials have taken so far. Root. Not collective. */
ph_left ph_sim_left(const ph_sim *sim);
/** @brief Wall time that it takes, s, by the rates of steps and of rests so far (rests as if they
 *  took none, before the first one); NaN: not known. Root. Not collective. */
double ph_sim_left_wall_s(const ph_sim *sim);

/* progress.c */
/** @brief Show how far the run is, when it is time. Root. Not collective. */
void ph_progress_show(ph_sim *sim, int last);
/** @brief Show how far building is, when it is time. Not collective. @param sim the ph_sim
 *  @param share built so far, 0 to 1 */
void ph_progress_show_building(void *sim, double share);
/** @brief Take the line about building away. Not collective. */
void ph_progress_end_building(const ph_sim *sim);

/** @brief Keep the first error of this rank; the run goes on until all stop. Any thread. */
void ph_sim_fail(ph_sim *sim, ph_status status);

#endif
