/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing attributes of nodes with values that are wanted. */
#include "sonata/attributes.h"

#include "base/memory.h"
#include "base/units.h"
#include "io/numbers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024
#define PIECE 8192

/* --- values ----------------------------------------------------------------------------------- */

/* A value that is wanted, or a bound. */
typedef struct wanted {
    const char *text; /* of a bound: the operator */
    double number;    /* NaN: it is none */
    int is_below, is_above, is_equal; /* a bound: which sides of the number it keeps */
} wanted;

typedef struct wanted_list {
    int n;
    int are_bounds; /* 1: all must hold; 0: one of the values must be there */
    wanted *values;
    const ph_node *node;
} wanted_list;

static const wanted operators[] = {
    {"$gt", NAN, 0, 1, 0}, {"$gte", NAN, 0, 1, 1}, {"$lt", NAN, 1, 0, 0}, {"$lte", NAN, 1, 0, 1}};

static ph_status read_bound(const ph_node *node, wanted *bound)
{
    for (int i = 0; i < PH_COUNT(operators); i++)
        if (!strcmp(operators[i].text, node->key))
            *bound = operators[i];
    if (!bound->text)
        return ph_json_error(node, "unknown operator '%.60s' of a node set (known: $gt, $gte, $lt, "
                             "$lte)",
                             node->key);
    if (node->kind != PH_NODE_SCALAR || node->flags & PH_NODE_QUOTED ||
        ph_quantity_parse(node->text, "1", &bound->number, NULL) != PH_OK)
        return ph_json_error(node, "%s: a number is expected", node->key);
    return PH_OK;
}

/* Files have 1 and 0 for what is true and false here. */
static ph_status read_value(const ph_node *node, wanted *value)
{
    if (node->kind != PH_NODE_SCALAR)
        return ph_json_error(node, "a number, a text or a list of them is expected");
    int is_flag = !(node->flags & PH_NODE_QUOTED) &&
                  (!strcmp(node->text, "true") || !strcmp(node->text, "false"));
    value->text = node->text;
    value->number = is_flag ? !strcmp(node->text, "true") : NAN;
    if (!is_flag && ph_quantity_parse(node->text, "1", &value->number, NULL) != PH_OK)
        value->number = NAN;
    return PH_OK;
}

static ph_status read_wanted(ph_tree *tree, const ph_node *node, wanted_list *list)
{
    list->node = node;
    list->are_bounds = node->kind == PH_NODE_MAPPING;
    PH_TREE_ALLOC(tree, list->values, node->count + 1);
    if (node->kind == PH_NODE_SCALAR)
        return read_value(node, &list->values[list->n++]);
    for (const ph_node *child = node->first; child; child = child->next) {
        wanted *value = &list->values[list->n++];
        PH_TRY(list->are_bounds ? read_bound(child, value) : read_value(child, value));
    }
    return PH_OK;
}

/* @param is_float 1: the number is of 4 bytes, so what it is compared with is rounded, too */
static int is_wanted_number(const wanted_list *list, double number, int is_float)
{
    for (int i = 0; i < list->n; i++) {
        const wanted *value = &list->values[i];
        double other = is_float ? (double)(float)value->number : value->number;
        if (!list->are_bounds && number == other)
            return 1;
        if (list->are_bounds && !((number > other && value->is_above) ||
                                  (number < other && value->is_below) ||
                                  (number == other && value->is_equal)))
            return 0;
    }
    return list->are_bounds;
}

/* @param text NULL: there is none */
static ph_status is_wanted(const wanted_list *list, const char *text, uint8_t *is)
{
    double number;
    *is = 0;
    if (!text)
        return PH_OK;
    for (int i = 0; i < list->n && !list->are_bounds; i++)
        *is |= !strcmp(text, list->values[i].text);
    if (!*is && ph_quantity_parse(text, "1", &number, NULL) == PH_OK)
        *is = (uint8_t)is_wanted_number(list, number, 0);
    else if (list->are_bounds)
        return ph_json_error(list->node, "%s: nodes have the text '%.60s', which is compared with "
                             "no number",
                             list->node->key, text);
    return PH_OK;
}

/* --- the file --------------------------------------------------------------------------------- */

/* A group's column of the attribute: of numbers, or of texts. */
typedef struct column {
    int64_t group;
    int64_t n;
    uint8_t *wanted; /* by place in the group */
} column;

typedef struct reading {
    ph_tree *tree;
    const ph_node_population *p;
    wanted_list wanted;
    ph_h5_source *source;
    int n_columns;
    column *columns;
} reading;

/* Numbers stand for the texts of a library where there is one. */
static ph_status compare(const reading *r, double number, int is_float, char **texts, int n_texts,
                         uint8_t *is)
{
    if (texts && number >= 0 && number < n_texts)
        return is_wanted(&r->wanted, texts[(int)number], is);
    *is = (uint8_t)is_wanted_number(&r->wanted, number, is_float);
    return PH_OK;
}

static ph_status read_pieces(const reading *r, const ph_numbers *numbers, char **texts,
                             int n_texts, column *c)
{
    double piece[PIECE];
    c->n = ph_numbers_rows(numbers);
    PH_TREE_ALLOC(r->tree, c->wanted, c->n);
    for (int64_t at = 0, n; at < c->n; at += n) {
        n = c->n - at < PIECE ? c->n - at : PIECE;
        PH_TRY(ph_numbers_reals(numbers, at, n, piece));
        for (int64_t i = 0; i < n; i++)
            PH_TRY(compare(r, piece[i], ph_numbers_are_floats(numbers), texts, n_texts,
                           &c->wanted[at + i]));
    }
    return PH_OK;
}

static ph_status read_numbers(const reading *r, const char *group, const char *path, column *c)
{
    char library[NAME_BYTES], **texts = NULL;
    int n_texts = 0;
    ph_numbers *numbers;
    snprintf(library, sizeof library, "/nodes/%s/%s/@library/%s", r->p->name, group,
             r->wanted.node->key);
    if (ph_h5_source_has(r->source, library))
        PH_TRY(ph_h5_source_texts(r->source, library, &texts, &n_texts));
    ph_status status = ph_numbers_open_column(r->source, path, -1, &numbers);
    if (status == PH_OK)
        status = read_pieces(r, numbers, texts, n_texts, c);
    ph_numbers_close(&numbers);
    ph_free(texts);
    return status;
}

static ph_status read_column(const reading *r, const char *group, const char *path, column *c)
{
    char **texts;
    int n;
    if (ph_h5_source_texts(r->source, path, &texts, &n) != PH_OK)
        return read_numbers(r, group, path, c);
    c->n = n;
    c->wanted = ph_tree_alloc(r->tree, (size_t)n, 1);
    ph_status status = c->wanted ? PH_OK : ph_error(PH_RESOURCE, "out of memory: node sets");
    for (int i = 0; status == PH_OK && i < n; i++)
        status = is_wanted(&r->wanted, texts[i], &c->wanted[i]);
    ph_free(texts);
    return status;
}

static ph_status read_columns(reading *r)
{
    char path[NAME_BYTES], **names;
    int n;
    snprintf(path, sizeof path, "/nodes/%s", r->p->name);
    PH_TRY(ph_h5_source_members(r->source, path, &names, &n));
    r->columns = ph_tree_alloc(r->tree, (size_t)n, sizeof *r->columns);
    ph_status status = r->columns ? PH_OK : ph_error(PH_RESOURCE, "out of memory: node sets");
    for (int i = 0; status == PH_OK && i < n; i++) {
        if (strspn(names[i], "0123456789") != strlen(names[i]))
            continue;
        snprintf(path, sizeof path, "/nodes/%s/%s/%s", r->p->name, names[i],
                 r->wanted.node->key);
        if (!ph_h5_source_has(r->source, path))
            continue;
        column *c = &r->columns[r->n_columns++];
        c->group = strtoll(names[i], NULL, 10);
        status = read_column(r, names[i], path, c);
    }
    ph_free(names);
    return status;
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* The columns that every node has; the last may be missing. */
enum { TYPE, GROUP, INDEX, ID, NODE_COLUMNS };
static const char *const node_columns[NODE_COLUMNS] = {"node_type_id", "node_group_id",
                                                       "node_group_index", "node_id"};

static ph_status keeps(const reading *r, const int64_t *node, uint8_t *is)
{
    const char *key = r->wanted.node->key;
    *is = 0;
    for (int c = 0; c < r->n_columns; c++)
        if (r->columns[c].group == node[GROUP]) {
            if (node[INDEX] >= 0 && node[INDEX] < r->columns[c].n)
                *is = r->columns[c].wanted[node[INDEX]];
            return PH_OK;
        }
    if (!strcmp(key, "node_type_id")) {
        *is = (uint8_t)is_wanted_number(&r->wanted, (double)node[TYPE], 0);
        return PH_OK;
    }
    int row = ph_csv_find(&r->p->types, "node_type_id", node[TYPE]);
    return row < 0 ? PH_OK : is_wanted(&r->wanted, ph_csv_cell(&r->p->types, row, key), is);
}

static ph_status filter_piece(const reading *r, ph_numbers *const *columns, int64_t at, int64_t n,
                              uint8_t *has)
{
    int64_t piece[NODE_COLUMNS][PIECE], last[NODE_COLUMNS] = {-1, -1, -1, -1};
    uint8_t kept = 0;
    for (int c = 0; c < NODE_COLUMNS; c++)
        if (columns[c])
            PH_TRY(ph_numbers_ints(columns[c], at, n, piece[c]));
    for (int64_t i = 0; i < n; i++) {
        int64_t node[NODE_COLUMNS] = {piece[TYPE][i], piece[GROUP][i], piece[INDEX][i],
                                      columns[ID] ? piece[ID][i] : at + i};
        if (r->n_columns > 0 || node[TYPE] != last[TYPE]) /* types alone: neighbours share them */
            PH_TRY(keeps(r, node, &kept));
        memcpy(last, node, sizeof last);
        has[node[ID]] &= kept;
    }
    return PH_OK;
}

static ph_status filter(reading *r, uint8_t *has)
{
    ph_numbers *columns[NODE_COLUMNS] = {0};
    char path[NAME_BYTES];
    PH_TRY(read_columns(r));
    ph_status status = PH_OK;
    for (int c = 0; status == PH_OK && c < NODE_COLUMNS; c++) {
        snprintf(path, sizeof path, "/nodes/%s/%s", r->p->name, node_columns[c]);
        if (c == ID && !ph_h5_source_has(r->source, path))
            continue;
        status = ph_numbers_open_column(r->source, path, r->p->size, &columns[c]);
    }
    for (int64_t at = 0, n; status == PH_OK && at < r->p->size; at += n) {
        n = r->p->size - at < PIECE ? r->p->size - at : PIECE;
        status = filter_piece(r, columns, at, n, has);
    }
    for (int c = 0; c < NODE_COLUMNS; c++)
        ph_numbers_close(&columns[c]);
    return status;
}

ph_status ph_attribute_filter(ph_tree *tree, const ph_node_population *population,
                              const ph_node *values, uint8_t *has)
{
    reading r = {.tree = tree, .p = population};
    PH_TRY(read_wanted(tree, values, &r.wanted));
    PH_TRY(ph_h5_source_open(population->file, &r.source));
    ph_status status = filter(&r, has);
    ph_h5_source_close(&r.source);
    return status;
}
