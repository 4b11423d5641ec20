/* SPDX-License-Identifier: Apache-2.0 */
/* The unit table and the strict reading of numbers. */
#include "base/units.h"

#include <phasic/param.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define UNIT_LETTERS 16

const char *const ph_false_true[] = {"false", "true", NULL};

typedef struct unit {
    const char *name;
    const char *dimension;
    int exponent; /* power of ten of the dimension's base unit */
    double times; /* and a whole factor (min, h) */
} unit;

static const unit units[] = {
    {"s", "time", 0, 1},
    {"ms", "time", -3, 1},
    {"us", "time", -6, 1},
    {"min", "time", 0, 60},
    {"h", "time", 0, 3600},
    {"V", "voltage", 0, 1},
    {"mV", "voltage", -3, 1},
    {"uV", "voltage", -6, 1},
    {"F", "capacitance", 0, 1},
    {"mF", "capacitance", -3, 1},
    {"uF", "capacitance", -6, 1},
    {"nF", "capacitance", -9, 1},
    {"pF", "capacitance", -12, 1},
    {"S", "conductance", 0, 1},
    {"mS", "conductance", -3, 1},
    {"uS", "conductance", -6, 1},
    {"nS", "conductance", -9, 1},
    {"pS", "conductance", -12, 1},
    {"A", "current", 0, 1},
    {"mA", "current", -3, 1},
    {"uA", "current", -6, 1},
    {"nA", "current", -9, 1},
    {"pA", "current", -12, 1},
    {"Hz", "rate", 0, 1},
    {"kHz", "rate", 3, 1},
    {"MHz", "rate", 6, 1},
    {"/s", "rate", 0, 1},
    {"/ms", "rate", 3, 1},
    {"M", "concentration", 0, 1},
    {"mM", "concentration", -3, 1},
    {"uM", "concentration", -6, 1},
    {"nM", "concentration", -9, 1},
    {"pM", "concentration", -12, 1},
    {"M/s", "change of concentration", 0, 1},
    {"mM/s", "change of concentration", -3, 1},
    {"uM/s", "change of concentration", -6, 1},
    {"nM/s", "change of concentration", -9, 1},
    {"m", "length", 0, 1},
    {"mm", "length", -3, 1},
    {"um", "length", -6, 1},
};

static const unit *find(const char *name, size_t letters)
{
    for (int i = 0; i < PH_COUNT(units); i++)
        if (strlen(units[i].name) == letters && !memcmp(units[i].name, name, letters))
            return &units[i];
    return NULL;
}

int ph_units_agree(const char *a, const char *b)
{
    const unit *one = find(a, strlen(a)), *other = find(b, strlen(b));
    return one && other ? !strcmp(one->dimension, other->dimension) : !strcmp(a, b);
}

const char *ph_unit_like(const char *name, int i)
{
    for (int k = 0; k < PH_COUNT(units); k++)
        if (ph_units_agree(units[k].name, name) && i-- == 0)
            return units[k].name;
    return NULL;
}

/* Multiplication or division by an exact power of ten, so that the result is rounded once. */
static double convert(double value, const unit *from, const unit *to)
{
    static const double power[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,
                                   1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
                                   1e18, 1e19, 1e20, 1e21, 1e22};
    if (from == to)
        return value;
    int exponent = from->exponent - to->exponent;
    value = value * from->times;
    value = exponent >= 0 ? value * power[exponent] : value / power[-exponent];
    return value / to->times;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of a decimal number at the beginning of text; text itself when there is none. */
static const char *number_end(const char *text)
{
    const char *p = text;
    if (*p == '+' || *p == '-')
        p++;
    const char *digits = p;
    while (is_digit(*p))
        p++;
    int count = (int)(p - digits);
    if (*p == '.') {
        p++;
        while (is_digit(*p)) {
            p++;
            count++;
        }
    }
    if (count == 0)
        return text;
    if (*p == 'e' || *p == 'E') {
        const char *e = p + 1;
        if (*e == '+' || *e == '-')
            e++;
        if (is_digit(*e)) {
            while (is_digit(*e))
                e++;
            p = e;
        }
    }
    return p;
}

static ph_status read_number(const char *text, double *value, const char **rest)
{
    const char *end = number_end(text);
    PH_CHECK(end != text, PH_CONFIG, "'%.80s' is not a number", text);
    const char *first = *text == '+' || *text == '-' ? text + 1 : text;
    PH_CHECK(!(first[0] == '0' && is_digit(first[1])), PH_CONFIG,
             "'%.80s' begins with a needless 0; numbers are decimal, so write it without", text);
    char *stop;
    errno = 0;
    *value = strtod(text, &stop);
    PH_CHECK(stop == end, PH_CONFIG, "'%.80s' is not a decimal number", text);
    PH_CHECK(errno != ERANGE && *value <= 1.7976931348623157e308 &&
                 *value >= -1.7976931348623157e308,
             PH_CONFIG, "'%.80s' is too large or too small for a number", text);
    *rest = end;
    return PH_OK;
}

/* The first alternative of "pA|nS" as a word. */
static void alternative(const char **units_left, char *word)
{
    size_t n = strcspn(*units_left, "|");
    size_t kept = n < UNIT_LETTERS - 1 ? n : UNIT_LETTERS - 1;
    memcpy(word, *units_left, kept);
    word[kept] = '\0';
    *units_left += n;
    if (**units_left == '|')
        (*units_left)++;
}

static ph_status wrong_unit(const char *text, const char *unit_text, const char *expected)
{
    if (!find(unit_text, strlen(unit_text))) {
        ph_nearest nearest = ph_nearest_to(unit_text);
        for (int i = 0; i < PH_COUNT(units); i++)
            if (ph_units_agree(units[i].name, expected))
                ph_nearest_offer(&nearest, units[i].name);
        char hint[PH_HINT];
        return ph_error(PH_CONFIG, "'%.80s': there is no unit '%.40s'; the unit is %s%s", text,
                        unit_text, expected, ph_nearest_hint(&nearest, hint));
    }
    const unit *written = find(unit_text, strlen(unit_text));
    const unit *right = find(expected, strlen(expected));
    if (!right)
        return ph_error(PH_CONFIG, "'%.80s' is a %s; the unit is one of %s", text,
                        written->dimension, expected);
    return ph_error(PH_CONFIG, "'%.80s' is a %s where a %s is meant; the unit is %s", text,
                    written->dimension, right->dimension, expected);
}

ph_status ph_quantity_parse(const char *text, const char *unit_list, double *value, int *unit_index)
{
    const char *rest = NULL;
    PH_TRY(read_number(text, value, &rest));
    const char *end = rest;
    while (*rest == ' ' || *rest == '\t')
        rest++;
    const unit *written = find(rest, strlen(rest));
    if (unit_index)
        *unit_index = 0;
    if (!strcmp(unit_list, "*")) {
        PH_CHECK(!*rest || written, PH_CONFIG, "'%.80s': there is no unit '%.40s'", text, rest);
        return PH_OK;
    }
    char first[UNIT_LETTERS] = "", word[UNIT_LETTERS];
    const char *left = unit_list;
    for (int i = 0; *left; i++) {
        alternative(&left, word);
        if (i == 0)
            memcpy(first, word, sizeof first);
        const unit *wanted = find(word, strlen(word));
        if (!wanted ? !*rest : written && !strcmp(written->dimension, wanted->dimension)) {
            if (unit_index)
                *unit_index = i;
            if (wanted)
                *value = convert(*value, written, wanted);
            return PH_OK;
        }
    }
    if (!*rest && strcmp(first, unit_list))
        return ph_error(PH_CONFIG, "'%.80s' has no unit; add a unit: %.80s %s (one of %s)", text,
                        text, first, unit_list);
    PH_CHECK(*rest, PH_CONFIG, "'%.80s' has no unit; add a unit: %.80s %s", text, text, first);
    PH_CHECK(strcmp(first, "1"), PH_CONFIG,
             "'%.80s': this is a pure number; leave the unit out: %.*s",
             text, (int)(end - text < 80 ? end - text : 80), text);
    return wrong_unit(text, rest, unit_list);
}

ph_status ph_integer_parse(const char *text, int64_t *value)
{
    const char *first = *text == '+' || *text == '-' ? text + 1 : text;
    size_t digits = strspn(first, "0123456789");
    PH_CHECK(digits > 0 && !first[digits], PH_CONFIG, "'%.80s' is not a whole number", text);
    PH_CHECK(!(first[0] == '0' && digits > 1), PH_CONFIG,
             "'%.80s' begins with a needless 0; numbers are decimal, so write it without", text);
    char *stop;
    errno = 0;
    long long read = strtoll(text, &stop, 10);
    PH_CHECK(errno != ERANGE && !*stop, PH_CONFIG, "'%.80s' is too large", text);
    *value = read;
    return PH_OK;
}
