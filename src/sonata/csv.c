/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tables of types. */
#include "sonata/csv.h"

#include "base/memory.h"
#include "base/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- cells ------------------------------------------------------------------------------------ */

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p;
}

/* The cell at *p, which moves behind it; the quotes of a quoted one are taken off. */
static ph_status read_cell(ph_tree *tree, const char **p, const char *end, const char **cell)
{
    char *text = ph_tree_alloc(tree, 1, (size_t)(end - *p) + 1), *to = text;
    PH_CHECK(text, PH_RESOURCE, "out of memory: table of types");
    int is_quoted = **p == '"';
    if (is_quoted) {
        for (++*p;; ++*p) {
            PH_CHECK(*p < end, PH_FILE, "a quote is not closed");
            if (**p == '"' && (*p + 1 == end || (*p)[1] != '"'))
                break;
            *p += **p == '"';
            *to++ = **p;
        }
        ++*p;
    } else {
        while (*p < end && **p != ' ' && **p != '\t' && **p != '\r')
            *to++ = *(*p)++;
    }
    *to = '\0';
    *cell = !is_quoted && !strcmp(text, "NULL") ? NULL : text;
    return PH_OK;
}

/* The cells of a line. @param n in: room, out: cells */
static ph_status read_line(ph_tree *tree, const char *line, const char *end, const char **cells,
                           int *n)
{
    int room = *n;
    *n = 0;
    for (const char *p = skip_blanks(line, end); p < end; p = skip_blanks(p, end)) {
        const char *cell = NULL;
        PH_TRY(read_cell(tree, &p, end, &cell));
        if (*n < room)
            cells[*n] = cell;
        ++*n;
    }
    return PH_OK;
}

/* --- tables ----------------------------------------------------------------------------------- */

#define MOST_COLUMNS 1000

static ph_status read_names(ph_tree *tree, const char *line, const char *end, ph_csv *csv)
{
    PH_TREE_ALLOC(tree, csv->names, MOST_COLUMNS);
    csv->n_columns = MOST_COLUMNS;
    PH_TRY(read_line(tree, line, end, csv->names, &csv->n_columns));
    PH_CHECK(csv->n_columns > 0 && csv->n_columns <= MOST_COLUMNS, PH_FILE,
             "%d columns; allowed are 1 to %d", csv->n_columns, MOST_COLUMNS);
    for (int c = 0; c < csv->n_columns; c++)
        PH_CHECK(csv->names[c], PH_FILE, "column %d has no name", c + 1);
    return PH_OK;
}

static ph_status read_row(ph_tree *tree, const char *line, const char *end, int number,
                          ph_csv *csv)
{
    int n = csv->n_columns;
    PH_TRY(read_line(tree, line, end, csv->cells + csv->n_rows * csv->n_columns, &n));
    PH_CHECK(n == csv->n_columns, PH_FILE, "%d values for %d columns", n, csv->n_columns);
    csv->lines[csv->n_rows++] = number;
    return PH_OK;
}

static ph_status read_text(ph_tree *tree, const char *text, size_t bytes, ph_csv *csv)
{
    const char *stop = text + bytes;
    size_t lines = 1;
    for (size_t i = 0; i < bytes; i++)
        lines += text[i] == '\n';
    int number = 0;
    for (const char *line = text, *end; line < stop; line = end + 1) {
        end = memchr(line, '\n', (size_t)(stop - line));
        end = end ? end : stop;
        number++;
        if (skip_blanks(line, end) == end)
            continue;
        ph_status status =
            csv->names ? read_row(tree, line, end, number, csv) : read_names(tree, line, end, csv);
        if (status == PH_OK && !csv->cells) {
            csv->cells = ph_tree_alloc(tree, lines * (size_t)csv->n_columns, sizeof *csv->cells);
            csv->lines = ph_tree_alloc(tree, lines, sizeof *csv->lines);
            PH_CHECK(csv->cells && csv->lines, PH_RESOURCE, "out of memory: table of types");
        }
        if (status != PH_OK)
            return ph_error_context(status, "%s:%d: ", csv->path, number);
    }
    PH_CHECK(csv->names, PH_FILE, "%s: the table is empty", csv->path);
    return PH_OK;
}

ph_status ph_csv_read(ph_tree *tree, const char *path, ph_csv *csv)
{
    char *text;
    size_t bytes;
    *csv = (ph_csv){.path = path};
    PH_TRY(ph_file_read(tree, path, PH_SONATA_BYTES, &text, &bytes));
    return read_text(tree, text, bytes, csv);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Whether a cell is a whole number. */
static int whole_number(const char *cell, int64_t *number)
{
    char *end;
    *number = cell ? strtoll(cell, &end, 10) : 0;
    return cell && *cell && !*end;
}

/* A row by its id. */
typedef struct numbered {
    int64_t id;
    int line;
} numbered;

static int by_id_and_line(const void *a, const void *b)
{
    const numbered *x = a, *y = b;
    if (x->id != y->id)
        return x->id < y->id ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static ph_status check_once(const ph_csv *csv, const char *id)
{
    numbered *rows;
    int n = 0, twice = 0;
    PH_ALLOC(rows, csv->n_rows + 1);
    for (int row = 0; row < csv->n_rows; row++) {
        rows[n].line = csv->lines[row];
        n += whole_number(ph_csv_cell(csv, row, id), &rows[n].id);
    }
    qsort(rows, (size_t)n, sizeof *rows, by_id_and_line);
    for (int i = 1; i < n && !twice; i++)
        twice = rows[i].id == rows[i - 1].id ? i : 0;
    ph_status status = PH_OK;
    if (twice)
        status = ph_error(PH_FILE, "%s:%d: %s %lld stands in line %d, too", csv->path,
                          rows[twice].line, id, (long long)rows[twice].id, rows[twice - 1].line);
    ph_free(rows);
    return status;
}

ph_status ph_csv_select(ph_tree *tree, const ph_csv *csv, const char *population, const char *id,
                        ph_csv *own)
{
    int n = csv->n_columns;
    *own = *csv;
    PH_TREE_ALLOC(tree, own->cells, csv->n_rows * n + 1);
    PH_TREE_ALLOC(tree, own->lines, csv->n_rows + 1);
    own->n_rows = 0;
    for (int row = 0; row < csv->n_rows; row++) {
        const char *cell = ph_csv_cell(csv, row, "population");
        if (cell && strcmp(cell, population) != 0)
            continue;
        memcpy(own->cells + own->n_rows * n, csv->cells + row * n, (size_t)n * sizeof *csv->cells);
        own->lines[own->n_rows++] = csv->lines[row];
    }
    return check_once(own, id);
}

const char *ph_csv_cell(const ph_csv *csv, int row, const char *column)
{
    for (int c = 0; c < csv->n_columns; c++)
        if (!strcmp(csv->names[c], column))
            return csv->cells[row * csv->n_columns + c];
    return NULL;
}

ph_status ph_csv_number(const ph_csv *csv, int row, const char *column, double *value)
{
    const char *cell = ph_csv_cell(csv, row, column);
    *value = NAN;
    if (!cell)
        return PH_OK;
    ph_status status = ph_quantity_parse(cell, "1", value, NULL);
    return status == PH_OK ? PH_OK
                           : ph_error(PH_FILE, "%s: %s: '%.40s' is no number", csv->path, column,
                                      cell);
}

int ph_csv_find(const ph_csv *csv, const char *column, int64_t number)
{
    for (int row = 0; row < csv->n_rows; row++) {
        int64_t found;
        if (whole_number(ph_csv_cell(csv, row, column), &found) && found == number)
            return row;
    }
    return -1;
}
