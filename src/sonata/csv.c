/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tables of types. */
#include "sonata/csv.h"

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

static ph_status read_row(ph_tree *tree, const char *line, const char *end, ph_csv *csv)
{
    int n = csv->n_columns;
    PH_TRY(read_line(tree, line, end, csv->cells + csv->n_rows * csv->n_columns, &n));
    PH_CHECK(n == csv->n_columns, PH_FILE, "%d values for %d columns", n, csv->n_columns);
    csv->n_rows++;
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
            csv->names ? read_row(tree, line, end, csv) : read_names(tree, line, end, csv);
        if (status == PH_OK && !csv->cells) {
            csv->cells = ph_tree_alloc(tree, lines * (size_t)csv->n_columns, sizeof *csv->cells);
            PH_CHECK(csv->cells, PH_RESOURCE, "out of memory: table of types");
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
    PH_TRY(ph_file_read(tree, path, &text, &bytes));
    return read_text(tree, text, bytes, csv);
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
        const char *cell = ph_csv_cell(csv, row, column);
        char *end;
        if (cell && *cell && strtoll(cell, &end, 10) == number && !*end)
            return row;
    }
    return -1;
}
