/* SPDX-License-Identifier: Apache-2.0 */
/* The neuromodulators' state, beat by beat: from the nuclei's spikes to concentrations, receptor
 * occupancies and the parameters of plasticity in force in every region. Ranks compute the same
 * numbers from the same broadcast, in double and without libm. */
#ifndef PHASIC_NEUROMOD_NEUROMOD_H
#define PHASIC_NEUROMOD_NEUROMOD_H

#include "neuromod/kinetics.h"
#include "neuromod/receptor.h"
#include <phasic/controller.h>
#include <phasic/state.h>
#include <phasic/task.h>

#define PH_MAX_TRANSMITTERS 8

/* What one broadcast carries, a plain struct copied bytewise from the root to all ranks. */
typedef struct ph_broadcast {
    int64_t beat;                              /* number of the beat at whose end it was sent */
    double release[PH_MAX_TRANSMITTERS];       /* fraction of the nucleus that spiked in the beat
                                                  (spikes / cells) */
    double sources[PH_MAX_SOURCES];            /* the same of the brain's sources, a beat older */
    double local[PH_MAX_LOCALS];               /* of the brain's local readouts: the fraction of a
                                                  nucleus for which they stand, of the beat before;
                                                  read in `local` mode alone */
    int32_t phase;                             /* phase in force */
    int32_t stop;                              /* 1: the run ends when this comes into force */
    int32_t checkpoint;                        /* 1: one is taken then */
    int32_t leave;                             /* 1: and the run leaves after it */
    int32_t n_channels;
    float channels[PH_TASK_CHANNELS];          /* the task's stimulus channels */
} ph_broadcast;

typedef struct ph_neuromod ph_neuromod;

/** @brief Make the state: concentrations and occupancies at the steady state of the nuclei's
 *  tonic rates under the interventions of the first phase. Not collective; the same on every rank.
 *  @param brain borrowed; interventions and broadcast mode are read from phase brains
 *  @param neuromod out: owned by the caller */
ph_status ph_neuromod_create(const ph_brain *brain, ph_neuromod **neuromod);

/** @brief Advance by one beat: C' = innervation * release - V_max C / (K_m + C) - loss C in each
 *  region, then each receptor (see neuromod/receptor.h).
 *  Not collective; same arithmetic on every rank.
 *  @param brain of any phase: parameters, broadcast mode and interventions are those of the phase
 *  that the broadcast names
 *  @param broadcast what came into force; `tonic` mode replaces its release by the tonic one */
ph_status ph_neuromod_advance(ph_neuromod *neuromod, const ph_brain *brain,
                              const ph_broadcast *broadcast);

/** @brief Begin a rest: bring concentrations, occupancies and slow means to the steady state of a
 *  rest under the interventions of its phase, as if they had always been there. Messengers stay as
 *  they are. Not collective. @param brain of any phase @param phase the rest */
void ph_neuromod_begin_rest(ph_neuromod *neuromod, const ph_brain *brain, int phase);

/** @brief Let T seconds of a rest pass, in which messengers go to their steady state by their own
 *  time constants; what they move of release and uptake stays as the rest began. Not collective. */
void ph_neuromod_rest(ph_neuromod *neuromod, const ph_brain *brain, double T);

/** @brief What a nucleus or source is taken to fire in a rest, in which no cell does, Hz: its tonic
 *  rate, or the noise where it has that, of the part that is not silenced. Not collective. */
double ph_resting_rate(const ph_brain *brain, const ph_address *population, double tonic_rate,
                       const ph_phase *phase);

/** @brief Save the state of all regions, or load it. Not collective.
 *  @param brain of any phase @param phase that was in force in the last beat, loading as saving */
ph_status ph_neuromod_state(ph_neuromod *neuromod, const ph_brain *brain, int phase,
                            ph_state *state);

/** @brief Load the levels of another run; drugs and clamps stay this one's. Not collective. */
ph_status ph_neuromod_start(ph_neuromod *neuromod, ph_state *state);

/** @brief Let only some regions advance; the others stay as they are. Places do not act on each
 *  other, so that a rank need not follow regions in which it has no neurons. Not collective.
 *  @param regions by region: 1 or 0; before the call, all are followed */
void ph_neuromod_follow(ph_neuromod *neuromod, const int *regions);

/** @brief Number of sites: the regions, and behind them the regions' dendrites where some of
 *  them have an innervation of their own. Not collective. */
int ph_neuromod_sites(const ph_neuromod *neuromod);

/** @brief Whether a site is a region, or dendrites whose density of this transmitter's innervation
 *  is not the region's. Not collective. */
int ph_neuromod_differs(const ph_neuromod *neuromod, const ph_transmitter *transmitter, int site);

/** @brief Concentration at a site, nM. Not collective. */
double ph_neuromod_concentration(const ph_neuromod *neuromod, int transmitter, int site);

/** @brief What was released, taken up and lost at a site since the start of the run, nM: released =
 *  taken + lost + concentration - initial concentration. What a clamp or a rest puts in (or takes
 *  out: below 0) counts as released. Not collective. */
ph_flows ph_neuromod_flows(const ph_neuromod *neuromod, int transmitter, int site);

/** @brief State of a receptor at a site. Not collective. */
ph_receptor_state ph_neuromod_receptor(const ph_neuromod *neuromod, int transmitter, int receptor,
                                       int site);

/** @brief Where a compartment of a population (0: the soma) finds its modulators: in its region, or
 *  at the region's dendrites, where some dendrites have an innervation of their own. Not
 *  collective. */
int ph_neuromod_site_of(const ph_neuromod *neuromod, const ph_brain *brain, int population,
                        int compartment);

/** @brief Where a projection finds its modulators: the target's region, or its dendrites where
 *  the synapses end on them and some dendrites have an innervation of their own. Not collective. */
int ph_neuromod_site(const ph_neuromod *neuromod, const ph_brain *brain,
                     const ph_projection *projection);

/** @brief A value as entries of a modulation move it that name its parameter, in file order (see
 *  ph_curve), then brought back into the parameter's own range. Not collective; the same on every
 *  rank.
 *  @param modulation of ph_modulation, of the brain of the phase in force
 *  @param site whose receptors count: a region, or a place of ph_neuromod_site
 *  @param param that is moved @param value as configured, in the parameter's unit */
double ph_neuromod_moved(const ph_neuromod *neuromod, const ph_map *modulation, int site,
                         const ph_param *param, double value);

/** @brief The value in force of a parameter of a projection's rule: as configured, then moved by
 *  each of the projection's modulations of it in file order (see ph_curve), then brought back into
 *  the parameter's own range. Not collective; the same on every rank.
 *  @param projection of the brain of the phase in force
 *  @param site of ph_neuromod_site, whose receptors count
 *  @param param of the rule's table, of kind REAL @return in the table's unit */
double ph_neuromod_value(const ph_neuromod *neuromod, const ph_projection *projection, int site,
                         const ph_param *param);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_neuromod_destroy(ph_neuromod **neuromod);

/* --- the root's side: controllers ------------------------------------------------------------ */

typedef struct ph_controllers ph_controllers;

/** @brief Populations that the controllers read, appended to the task's. Not collective; every
 *  rank. @param n in/out: number of readouts so far @param readouts room for max spans */
ph_status ph_controllers_readouts(const ph_brain *brain, int *n, ph_span *readouts, int max);

/** @brief Open the controllers of all transmitters. Root only. Not collective. */
ph_status ph_controllers_open(const ph_brain *brain, ph_controllers **controllers);

/** @brief One beat of every controller, in file order, so that each reads the signals that those
 *  before it have in this beat. Root only. Not collective.
 *  @param brain that of the phase
 *  @param beat what all are told: step, beat_ms, outcome, reward; counts of the controllers'
 *  readouts, in the order of ph_controllers_readouts
 *  @param drive,signal,value out: one for each controller */
void ph_controllers_beat(ph_controllers *controllers, const ph_brain *brain,
                         const ph_controller_beat *beat, ph_nucleus_drive *drive, double *signal,
                         double *value);

/** @brief Time that goes by in a rest: clocks go on, all else stays. Root only. Not collective.
 *  @param brain that of the rest's phase */
void ph_controllers_rest(ph_controllers *controllers, const ph_brain *brain, double rest_ms);

/** @brief Save or load the controllers' states. Root only. Not collective. */
ph_status ph_controllers_state(ph_controllers *controllers, ph_state *state);

/** @brief The first controller that is a critic, whose value is the expected reward. Not
 *  collective. @return its index, -1 when there is none */
int ph_controllers_critic(const ph_brain *brain);

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_controllers_close(ph_controllers **controllers);

#endif
