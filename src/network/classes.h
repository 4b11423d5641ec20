/* SPDX-License-Identifier: Apache-2.0 */
/* Neurons of a population that differ in their parameters, as a SONATA file of nodes has it: by
 * type, and by columns of their own. Those that are alike are a class. */
#ifndef PHASIC_NETWORK_CLASSES_H
#define PHASIC_NETWORK_CLASSES_H

#include "model/brain.h"

typedef struct ph_node_classes {
    int64_t first, n;    /* neurons: a range of the population */
    int32_t *class_of;   /* n */
    int n_classes;
    size_t params_bytes; /* of the model's parameters */
    char *params;        /* n_classes of them */
    double *V_init;      /* n, mV at the start, NaN: nothing says it; NULL: of none */
} ph_node_classes;

/** @brief Read what a range of a population's neurons are. Not collective.
 *  @param classes out: owned by the caller; destroy it even after an error
 *  @return PH_FILE with the file's name and what is wrong */
ph_status ph_node_classes_read(const ph_population *population, int64_t first, int64_t n,
                               ph_node_classes **classes);

/** @brief Parameters of a class. Not collective. */
static inline const void *ph_class_params(const ph_node_classes *classes, int32_t c)
{
    return classes->params + (size_t)c * classes->params_bytes;
}

/** @brief Free what the handle holds and null it; NULL inside is allowed. Not collective. */
void ph_node_classes_destroy(ph_node_classes **classes);

#endif
