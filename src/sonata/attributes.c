/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing attributes of nodes with values that are wanted. */
#include "sonata/attributes.h"

#include "base/memory.h"
#include "base/units.h"
#include "io/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024
#define PIECE 8192

/* --- values ----------------------------------------------------------------------------------- */

static int is_value(const ph_node *value, const char *text)
{
    double one, other;
    if (value->kind != PH_NODE_SCALAR)
        return 0;
    if (!strcmp(value->text, text))
        return 1;
    return ph_quantity_parse(value->text, "1", &one, NULL) == PH_OK &&
           ph_quantity_parse(text, "1", &other, NULL) == PH_OK && one == other;
}

static int is_wanted(const ph_node *values, const char *text)
{
    if (!text)
        return 0;
    if (values->kind == PH_NODE_SCALAR)
        return is_value(values, text);
    for (const ph_node *child = values->first; child; child = child->next)
        if (is_value(child, text))
            return 1;
    return 0;
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
    const ph_node *values;
    ph_h5_source *source;
    int n_columns;
    column *columns;
} reading;

/* The numbers of a column may stand for the texts of a library. */
static ph_status read_numbers(const reading *r, const char *group, const char *path, column *c)
{
    char library[NAME_BYTES], text[64], **texts = NULL;
    int n_texts = 0;
    ph_numbers *numbers;
    snprintf(library, sizeof library, "/nodes/%s/%s/@library/%s", r->p->name, group,
             r->values->key);
    if (ph_h5_source_has(r->source, library))
        PH_TRY(ph_h5_source_texts(r->source, library, &texts, &n_texts));
    ph_status status = ph_numbers_open_column(r->source, path, -1, &numbers);
    c->n = status == PH_OK ? ph_numbers_rows(numbers) : 0;
    c->wanted = ph_tree_alloc(r->tree, (size_t)c->n, 1);
    double piece[PIECE];
    for (int64_t at = 0, n; status == PH_OK && c->wanted && at < c->n; at += n) {
        n = c->n - at < PIECE ? c->n - at : PIECE;
        status = ph_numbers_reals(numbers, at, n, piece);
        for (int64_t i = 0; status == PH_OK && i < n; i++) {
            int is_text = texts && piece[i] >= 0 && piece[i] < n_texts;
            snprintf(text, sizeof text, "%.17g", piece[i]);
            c->wanted[at + i] =
                (uint8_t)is_wanted(r->values, is_text ? texts[(int)piece[i]] : text);
        }
    }
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
    for (int i = 0; c->wanted && i < n; i++)
        c->wanted[i] = (uint8_t)is_wanted(r->values, texts[i]);
    ph_free(texts);
    return PH_OK;
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
        snprintf(path, sizeof path, "/nodes/%s/%s/%s", r->p->name, names[i], r->values->key);
        if (!ph_h5_source_has(r->source, path))
            continue;
        column *c = &r->columns[r->n_columns++];
        c->group = strtoll(names[i], NULL, 10);
        status = read_column(r, names[i], path, c);
        if (status == PH_OK && !c->wanted)
            status = ph_error(PH_RESOURCE, "out of memory: node sets");
    }
    ph_free(names);
    return status;
}

/* --- nodes ------------------------------------------------------------------------------------ */

/* The columns that every node has; the last may be missing. */
enum { TYPE, GROUP, INDEX, ID, NODE_COLUMNS };
static const char *const node_columns[NODE_COLUMNS] = {"node_type_id", "node_group_id",
                                                       "node_group_index", "node_id"};

static int keeps(const reading *r, const int64_t *node)
{
    for (int c = 0; c < r->n_columns; c++)
        if (r->columns[c].group == node[GROUP])
            return node[INDEX] >= 0 && node[INDEX] < r->columns[c].n &&
                   r->columns[c].wanted[node[INDEX]];
    int row = ph_csv_find(&r->p->types, "node_type_id", node[TYPE]);
    char type[32];
    snprintf(type, sizeof type, "%lld", (long long)node[TYPE]);
    if (!strcmp(r->values->key, "node_type_id"))
        return is_wanted(r->values, type);
    return row >= 0 && is_wanted(r->values, ph_csv_cell(&r->p->types, row, r->values->key));
}

static ph_status filter_piece(const reading *r, ph_numbers *const *columns, int64_t at, int64_t n,
                              uint8_t *has)
{
    int64_t piece[NODE_COLUMNS][PIECE], last[NODE_COLUMNS] = {-1, -1, -1, -1};
    int kept = 0;
    for (int c = 0; c < NODE_COLUMNS; c++)
        if (columns[c])
            PH_TRY(ph_numbers_ints(columns[c], at, n, piece[c]));
    for (int64_t i = 0; i < n; i++) {
        int64_t node[NODE_COLUMNS] = {piece[TYPE][i], piece[GROUP][i], piece[INDEX][i],
                                      columns[ID] ? piece[ID][i] : at + i};
        if (r->n_columns > 0 || node[TYPE] != last[TYPE]) /* types alone: neighbours share them */
            kept = keeps(r, node);
        memcpy(last, node, sizeof last);
        has[node[ID]] &= (uint8_t)kept;
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
    reading r = {.tree = tree, .p = population, .values = values};
    PH_TRY(ph_h5_source_open(population->file, &r.source));
    ph_status status = filter(&r, has);
    ph_h5_source_close(&r.source);
    return status;
}
