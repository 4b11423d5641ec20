/* SPDX-License-Identifier: Apache-2.0 */
/* SONATA's JSON files: a manifest of variables, and paths that use them. */
#ifndef PHASIC_SONATA_JSON_H
#define PHASIC_SONATA_JSON_H

#include "config/tree.h"

typedef struct ph_json {
    ph_tree *tree;       /* owns all of it */
    const char *path;    /* absolute: what it names is relative to it, wherever it is named */
    const ph_node *root; /* a mapping */
} ph_json;

/** @brief Read a JSON file; its nodes become no part of the tree's root. Not collective.
 *  @return PH_FILE, or PH_CONFIG with file, line and column */
ph_status ph_json_read(ph_tree *tree, const char *path, ph_json *json);

/** @brief The text of a scalar with its variables ($NAME, ${NAME}) replaced. Not collective.
 *  @return PH_CONFIG for an unknown variable, or variables that contain each other */
ph_status ph_json_text(const ph_json *json, const ph_node *node, const char **text);

/** @brief The same as a path, relative to the file. Not collective. @param path out: absolute */
ph_status ph_json_path(const ph_json *json, const ph_node *node, const char **path);

/** @brief A number under a key of a mapping. Not collective. @param value in: where there is no
 *  such key, it stays */
ph_status ph_json_number(const ph_node *mapping, const char *key, double *value);

/** @brief The same of a list's element, from 1. Not collective. */
ph_status ph_json_element(const ph_node *mapping, const char *key, int element, double *value);

/** @brief The same of true (1) or false (0), also as a number. Not collective. */
ph_status ph_json_flag(const ph_node *mapping, const char *key, double *value);

/** @brief Whether a mapping is not switched off ("enabled": false). Not collective. */
ph_status ph_json_enabled(const ph_node *mapping, int *is_enabled);

/** @brief Raise an error at a node: "FILE:LINE:COLUMN: words". Not collective. */
ph_status ph_json_error(const ph_node *node, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** @brief Make an absolute path. Not collective. @param folder beginning of it where the text is
 *  relative: of the file that names it, with its slash */
ph_status ph_absolute_path(ph_tree *tree, const char *folder, size_t folder_bytes,
                           const char *text, const char **path);

/* --- making nodes ----------------------------------------------------------------------------- */

/** @brief Put an empty mapping or list under a key. Not collective. @param key kept; NULL: a list's
 *  element @param place whose file and line it gets */
ph_status ph_put(ph_tree *tree, ph_node *parent, ph_node_kind kind, const char *key,
                 const ph_node *place, ph_node **child);

/** @brief Put a formatted scalar under a key. Not collective. @param key kept; NULL as above */
ph_status ph_put_text(ph_tree *tree, ph_node *parent, const char *key, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define PH_NUMBER_BYTES 32

/** @brief A number with as few digits as give it again. Not collective. @return text */
const char *ph_number_text(double value, char text[PH_NUMBER_BYTES]);

/** @brief Put a number under a key, with as few digits as give it again. Not collective.
 *  @param unit behind it; NULL: none */
ph_status ph_put_number(ph_tree *tree, ph_node *parent, const char *key, double value,
                        const char *unit);

/** @brief A name for a map: what is no letter, digit or _ becomes _. Not collective.
 *  @return NULL without memory */
const char *ph_plain_name(ph_tree *tree, const char *name);

#endif
