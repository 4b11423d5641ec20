/* SPDX-License-Identifier: Apache-2.0 */
/* The neuron models that a SONATA file may name, and what phasic has for them. */
#ifndef PHASIC_SONATA_MODELS_H
#define PHASIC_SONATA_MODELS_H

#include "config/tree.h"

#include <phasic/neuron.h>
#include <stddef.h>

#define PH_SONATA_OWN "phasic:" /* before a model of phasic's in a model_template */

/* A parameter: as a file names it, as the model does. */
typedef struct ph_sonata_key {
    const char *name;  /* in the file */
    const char *param; /* of the model; NULL: none, and with a unit it must be `value` */
    const char *unit;  /* of the model's parameter; NULL: it is true or false */
    double factor;     /* from the file's unit to it */
    double value;      /* in the file's unit, where the file has none */
    int element;       /* from 1: of a list in the file; 0: it has a number */
} ph_sonata_key;

typedef struct ph_sonata_model {
    const char *name;   /* model_template */
    const char *neuron; /* phasic's model */
    const char *unit;   /* of weights */
    const char *exc, *inh; /* ports of positive and negative weights; inh is NULL: one for all */
    int is_reversed;    /* 1: inh takes magnitudes */
    int has_potential;  /* 1: V_init counts, and V_m of a type */
    double V_m;         /* mV, at the start where neither is there */
    int is_own;         /* 1: one of phasic's, its parameters are written as phasic does */
    int has_receptors;  /* 1: types of edges say by number on which port they end */
    const ph_sonata_key *keys;
    int n_keys;
} ph_sonata_model;

/** @brief Virtual nodes. */
extern const ph_sonata_model ph_sonata_virtual;

/** @brief The model of a model_template; NULL: it is not known. Not collective. */
const ph_sonata_model *ph_sonata_model_named(const char *model_template);

/** @brief The model of "phasic:NAME". Not collective. @param model out: in the tree's memory; NULL:
 *  there is no such model */
ph_status ph_sonata_own_model(ph_tree *tree, const ph_registry *registries,
                              const char *model_template, const ph_sonata_model **model);

/** @brief What SONATA calls a model of phasic's; NULL: it has no word for it, or one that is not
 *  written. Not collective. */
const ph_sonata_model *ph_sonata_model_for(const char *neuron);

/** @brief Phasic's own description of a model. Not collective. */
const ph_neuron_model *ph_sonata_neuron(const ph_registry *registries,
                                        const ph_sonata_model *model);

/** @brief The parameter of a name in a file; NULL: there is none. Not collective. */
const ph_sonata_key *ph_sonata_key_named(const ph_sonata_model *model, const char *name);

/** @brief All models that are known, "a, b, c". Not collective. @return text */
const char *ph_sonata_known_models(char *text, size_t room);

/** @brief All parameters of a model, likewise. Not collective. @return text */
const char *ph_sonata_known_keys(const ph_sonata_model *model, char *text, size_t room);

#endif
