/* SPDX-License-Identifier: Apache-2.0 */
/* Reading single values: quantities, counts, words, files. */
#include "config/read.h"

#include "base/units.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIST_BYTES 400
#define PATH_BYTES 4096

int ph_read_is_scalar(const ph_reader *reader, const ph_node *node, const char *expected)
{
    if (node->kind == PH_NODE_SCALAR && (*node->text || node->flags & PH_NODE_QUOTED))
        return 1;
    ph_errors_add(reader->errors, node, "%s is expected, not %s", expected,
                  node->kind == PH_NODE_SCALAR ? "nothing"
                  : node->kind == PH_NODE_LIST ? "a list"
                                               : "a mapping");
    return 0;
}

void ph_read_unknown(const ph_reader *reader, const ph_node *node, int at_key, const char *what,
                     const char *word, const char *const *known, int n)
{
    ph_nearest nearest = ph_nearest_to(word);
    char list[LIST_BYTES] = "", hint[PH_HINT];
    size_t used = 0;
    for (int i = 0; i < n; i++) {
        ph_nearest_offer(&nearest, known[i]);
        if (!known[i] || !*known[i] || used + strlen(known[i]) + 8 > sizeof list)
            continue;
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "",
                                 known[i]);
    }
    ph_nearest_hint(&nearest, hint);
    if (at_key)
        ph_errors_add_key(reader->errors, node, "unknown %s '%.80s'%s (known: %s)", what, word,
                          hint, list);
    else
        ph_errors_add(reader->errors, node, "unknown %s '%.80s'%s (known: %s)", what, word, hint,
                      list);
}

/* "0 .. 10 ms", "above 0 nS", "at least 0". */
static void write_range(const ph_param *param, char *text, size_t room)
{
    const char *unit = !param->unit || strpbrk(param->unit, "1*") ? "" : param->unit;
    const char *above = param->flags & PH_PARAM_POSITIVE ? "above " : "";
    snprintf(text, room, "%s%.10g .. %.10g%s%s", above, param->min, param->max, *unit ? " " : "",
             unit);
}

static void check_range(const ph_reader *reader, const ph_param *param, const ph_node *node,
                        double value)
{
    int is_low = param->flags & PH_PARAM_POSITIVE ? value <= param->min : value < param->min;
    if ((param->min == 0 && param->max == 0) || (!is_low && value <= param->max))
        return;
    char range[100];
    write_range(param, range, sizeof range);
    ph_errors_add(reader->errors, node, "'%.80s' is out of range; allowed: %s", node->text, range);
}

ph_status ph_read_real(const ph_reader *reader, const ph_param *param, const ph_node *node,
                       double *out)
{
    char expected[64];
    int is_pure = !strcmp(param->unit, "1");
    snprintf(expected, sizeof expected, is_pure ? "a number" : "a quantity in %s", param->unit);
    if (!ph_read_is_scalar(reader, node, expected))
        return PH_OK;
    if (is_pure && node->flags & PH_NODE_QUOTED) {
        ph_errors_add(reader->errors, node, "'%.80s' is a text in quotes; write the number without",
                      node->text);
        return PH_OK;
    }
    ph_status status = ph_quantity_parse(node->text, param->unit, out, NULL);
    if (status == PH_CONFIG) {
        ph_errors_add(reader->errors, node, "%s", ph_error_message());
        return PH_OK;
    }
    if (status == PH_OK)
        check_range(reader, param, node, *out);
    return status;
}

ph_status ph_read_int(const ph_reader *reader, const ph_param *param, const ph_node *node,
                      int64_t *out)
{
    if (!ph_read_is_scalar(reader, node, "a whole number"))
        return PH_OK;
    if (node->flags & PH_NODE_QUOTED) {
        ph_errors_add(reader->errors, node, "'%.80s' is a text in quotes; write the number without",
                      node->text);
        return PH_OK;
    }
    if (ph_integer_parse(node->text, out) != PH_OK)
        ph_errors_add(reader->errors, node, "%s", ph_error_message());
    else
        check_range(reader, param, node, (double)*out);
    return PH_OK;
}

ph_status ph_read_choice(const ph_reader *reader, const ph_param *param, const ph_node *node,
                         int *out)
{
    if (!ph_read_is_scalar(reader, node, "a word"))
        return PH_OK;
    int n = 0;
    for (; param->choices[n]; n++)
        if (!strcmp(param->choices[n], node->text)) {
            *out = n;
            return PH_OK;
        }
    int is_yes = !strcmp(node->text, "yes") || !strcmp(node->text, "on");
    int is_no = !strcmp(node->text, "no") || !strcmp(node->text, "off");
    if (param->choices == ph_false_true && (is_yes || is_no))
        ph_errors_add(reader->errors, node, "write %s, not '%s'", is_yes ? "true" : "false",
                      node->text);
    else
        ph_read_unknown(reader, node, 0, "word", node->text, param->choices, n);
    return PH_OK;
}

ph_status ph_read_words(const ph_reader *reader, const ph_node *node, ph_words *out)
{
    if (node->kind == PH_NODE_SCALAR && !strcmp(node->text, "all")) {
        out->count = -1;
        return PH_OK;
    }
    if (node->kind != PH_NODE_LIST) {
        ph_errors_add(reader->errors, node, "a list is expected, [%.40s], or the word all",
                      node->text ? node->text : "a, b");
        return PH_OK;
    }
    PH_TREE_ALLOC(reader->tree, out->items, node->count);
    for (const ph_node *child = node->first; child; child = child->next)
        if (ph_read_is_scalar(reader, child, "a word"))
            out->items[out->count++] = child->text;
    return PH_OK;
}

ph_status ph_read_reals(const ph_reader *reader, const ph_param *param, const ph_node *node,
                        ph_reals *out)
{
    if (node->kind != PH_NODE_LIST) {
        ph_errors_add(reader->errors, node, "a list of quantities is expected, [1 %s, 2 %s]",
                      param->unit, param->unit);
        return PH_OK;
    }
    double *items;
    PH_TREE_ALLOC(reader->tree, items, node->count);
    for (const ph_node *child = node->first; child; child = child->next)
        PH_TRY(ph_read_real(reader, param, child, &items[out->count++]));
    out->items = items;
    return PH_OK;
}

ph_status ph_read_path(const ph_reader *reader, ph_node *node, const char **out)
{
    if (!ph_read_is_scalar(reader, node, "the name of a file"))
        return PH_OK;
    if (node->text[0] != '/') {
        char here[PATH_BYTES];
        PH_CHECK(getcwd(here, sizeof here), PH_FILE, "the working folder: %s", strerror(errno));
        /* An override stands in no file: its paths are relative to the working folder. */
        int folder = node->line > 0 ? (int)ph_path_folder(node->file) : 0;
        int is_absolute = folder > 0 && node->file[0] == '/';
        node->text = ph_tree_print(reader->tree, "%s%s%.*s%s", is_absolute ? "" : here,
                                   is_absolute ? "" : "/", folder, node->file, node->text);
        PH_CHECK(node->text, PH_RESOURCE, "out of memory: configuration");
    }
    *out = node->text;
    return PH_OK;
}

/* --- distributions ---------------------------------------------------------------------------- */

static const char *const dist_keys[] = {"type", "mean", "sd", "min", "max"};
static const char *const dist_types[] = {"constant", "normal", "lognormal", "uniform", "clipped"};

static int dist_type(const ph_reader *reader, const ph_node *node, ph_dist_type *type)
{
    const ph_node *word = ph_node_get(node, "type");
    if (!word) {
        ph_errors_add(reader->errors, node,
                      "missing key 'type' of a distribution (normal, lognormal, uniform, ...)");
        return 0;
    }
    if (!ph_read_is_scalar(reader, word, "a word"))
        return 0;
    for (int i = 0; i < PH_COUNT(dist_types); i++)
        if (!strcmp(word->text, dist_types[i])) {
            *type = i == PH_COUNT(dist_types) - 1 ? PH_DIST_NORMAL : (ph_dist_type)i;
            return 1;
        }
    ph_read_unknown(reader, word, 0, "distribution", word->text, dist_types,
                    PH_COUNT(dist_types));
    return 0;
}

static void check_dist_keys(const ph_reader *reader, const ph_node *node, const ph_dist *dist)
{
    for (const ph_node *child = node->first; child; child = child->next) {
        int is_known = 0;
        for (int i = 0; i < PH_COUNT(dist_keys); i++)
            is_known |= !strcmp(child->key, dist_keys[i]);
        if (!is_known)
            ph_read_unknown(reader, child, 1, "key", child->key, dist_keys, PH_COUNT(dist_keys));
    }
    static const char *const needed[][2] = {
        {"mean", NULL}, {"mean", "sd"}, {"mean", "sd"}, {"min", "max"}};
    for (int i = 0; i < 2; i++)
        if (needed[dist->type][i] && !ph_node_get(node, needed[dist->type][i]))
            ph_errors_add(reader->errors, node, "missing key '%s' of the distribution",
                          needed[dist->type][i]);
    static const char *const idle[][2] = {
        {"sd", "min"}, {NULL, NULL}, {NULL, NULL}, {"mean", "sd"}};
    for (int i = 0; i < 2; i++)
        if (idle[dist->type][i] && ph_node_get(node, idle[dist->type][i]))
            ph_errors_add(reader->errors, ph_node_get(node, idle[dist->type][i]),
                          "this distribution has no '%s'", idle[dist->type][i]);
}

static ph_status read_dist_value(const ph_reader *reader, const ph_param *param,
                                 const ph_node *node, const char *key, double *out)
{
    const ph_node *child = ph_node_get(node, key);
    return child ? ph_read_real(reader, param, child, out) : PH_OK;
}

static void check_dist(const ph_reader *reader, const ph_node *node, const ph_dist *dist)
{
    if (dist->sd < 0)
        ph_errors_add(reader->errors, node, "sd must not be negative");
    if (dist->min > dist->max)
        ph_errors_add(reader->errors, node, "min is larger than max");
    if (dist->type == PH_DIST_LOGNORMAL && dist->mean == 0)
        ph_errors_add(reader->errors, node, "the mean of a lognormal must not be 0");
    double reach = 6 * dist->sd;
    if ((dist->type == PH_DIST_NORMAL || dist->type == PH_DIST_LOGNORMAL) &&
        (dist->mean + reach < dist->min || dist->mean - reach > dist->max))
        ph_errors_add(reader->errors, node, "no value of this distribution is within its bounds");
}

/* All alternatives of a unit must be the same one, that of the first value. */
static void check_dist_units(const ph_reader *reader, const ph_param *param, const ph_node *node)
{
    int unit = ph_read_unit(node, param->unit);
    for (const ph_node *child = node->first; child; child = child->next)
        if (child->kind == PH_NODE_SCALAR && strcmp(child->key, "type") != 0 &&
            ph_read_unit(child, param->unit) != unit)
            ph_errors_add(reader->errors, child, "'%.80s': one distribution, one unit",
                          child->text);
}

ph_status ph_read_dist(const ph_reader *reader, const ph_param *param, ph_node *node, ph_dist *out)
{
    out->node = node;
    out->min = -HUGE_VAL;
    out->max = HUGE_VAL;
    if (node->kind == PH_NODE_SCALAR)
        return ph_read_real(reader, param, node, &out->mean);
    if (node->kind != PH_NODE_MAPPING) {
        ph_errors_add(reader->errors, node, "a quantity or a distribution is expected");
        return PH_OK;
    }
    if (!dist_type(reader, node, &out->type))
        return PH_OK;
    check_dist_keys(reader, node, out);
    ph_param spread = *param; /* a standard deviation is a difference: the range is another */
    spread.min = spread.max = 0;
    PH_TRY(read_dist_value(reader, param, node, "mean", &out->mean));
    PH_TRY(read_dist_value(reader, &spread, node, "sd", &out->sd));
    PH_TRY(read_dist_value(reader, &spread, node, "min", &out->min));
    PH_TRY(read_dist_value(reader, &spread, node, "max", &out->max));
    if (out->type == PH_DIST_UNIFORM)
        out->mean = 0.5 * (out->min + out->max);
    check_dist_units(reader, param, node);
    check_dist(reader, node, out);
    return PH_OK;
}

int ph_read_unit(const ph_node *node, const char *units)
{
    double value;
    int unit = 0;
    if (node && node->kind == PH_NODE_MAPPING) {
        const ph_node *mean = ph_node_get(node, "mean");
        node = mean ? mean : ph_node_get(node, "min");
    }
    if (node && node->kind == PH_NODE_SCALAR)
        (void)ph_quantity_parse(node->text, units, &value, &unit);
    return unit;
}
