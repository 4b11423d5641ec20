/* SPDX-License-Identifier: Apache-2.0 */
/* Quantities: strict numbers with units ("5 ms"), and the nearest known word to a misspelt one. */
#ifndef PHASIC_BASE_UNITS_H
#define PHASIC_BASE_UNITS_H

#include <phasic/status.h>
#include <stddef.h>
#include <stdint.h>

/** @brief Read "5 ms" or "5ms" in a unit of the caller's.
 *  Not collective.
 *  @param text a decimal number, blanks, a unit; no nan, inf, hexadecimal or leading zeros
 *  @param units the unit of the result: "ms"; alternatives "pA|nS", of which the one of the same
 *  dimension is taken; "1": a pure number, without a unit; "*": any unit or none
 *  @param value out: the number in that unit (for "*" as written)
 *  @param unit out: index of the alternative; may be NULL
 *  @return PH_CONFIG with what is wrong and what would be right, without a place */
ph_status ph_quantity_parse(const char *text, const char *units, double *value, int *unit);

/** @brief Read a whole number: decimal, without leading zeros, in range of int64_t.
 *  Not collective. @return PH_CONFIG with what is wrong, without a place */
ph_status ph_integer_parse(const char *text, int64_t *value);

/** @brief Name of the i-th known unit that measures the same as `unit`; NULL past the last.
 *  Not collective. */
const char *ph_unit_like(const char *unit, int i);

/** @brief Whether two units measure the same ("ms", "s"). Not collective. */
int ph_units_agree(const char *a, const char *b);

/** @brief Number of letters to insert, delete, change or swap between two words; long words count
 *  by their first 63 letters. Not collective. */
int ph_word_distance(const char *a, const char *b);

/* A search for the known word that is nearest to a misspelt one. */
typedef struct ph_nearest {
    const char *word; /* the misspelt word */
    const char *best; /* nearest so far; NULL: none is near */
    int distance;
} ph_nearest;

/** @brief Begin a search. Not collective. @param word borrowed while searching */
ph_nearest ph_nearest_to(const char *word);

/** @brief Offer a known word. Not collective. @param known borrowed; NULL is ignored */
void ph_nearest_offer(ph_nearest *nearest, const char *known);

/** @brief "; did you mean 'X'?" or "". Not collective.
 *  @param room of at least PH_HINT bytes @return room */
const char *ph_nearest_hint(const ph_nearest *nearest, char *room);
#define PH_HINT 192

#endif
