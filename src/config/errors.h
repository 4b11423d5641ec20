/* SPDX-License-Identifier: Apache-2.0 */
/* A collection of errors with their places, so that all of a configuration are shown at once. */
#ifndef PHASIC_CONFIG_ERRORS_H
#define PHASIC_CONFIG_ERRORS_H

#include <phasic/param.h>
#include <phasic/status.h>

typedef struct ph_errors {
    char *text; /* the lines; owned */
    size_t length, room;
    int count;  /* errors, those without room for their text included */
} ph_errors;

/** @brief Add an error: "FILE:LINE:COLUMN: PATH: message". An error that is there already is not
 *  repeated. Not collective. @param node where; NULL: no place */
void ph_errors_add(ph_errors *errors, const ph_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** @brief The same at the node's key. Not collective. */
void ph_errors_add_key(ph_errors *errors, const ph_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** @brief The same at a line and column of a file (0: not known), without a path.
 *  Not collective. */
void ph_errors_add_at(ph_errors *errors, const char *file, int line, int column,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));

/** @brief Raise all of them as one error and empty the collection. Not collective.
 *  @return PH_OK when there are none; else PH_CONFIG, the message has a line for each */
ph_status ph_errors_raise(ph_errors *errors);

/** @brief Empty the collection. Not collective. */
void ph_errors_free(ph_errors *errors);

#endif
