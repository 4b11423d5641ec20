/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic manual`: man pages from the tables. */
#include "cli/commands_table.h"
#include "cli/manual.h"

#include "base/version.h"

#include <ctype.h>
#include <string.h>

/* Text in which roff would see requests or escapes. */
static void put(FILE *out, const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '\\')
            fputs("\\e", out);
        else if (*at == '-')
            fputs("\\-", out);
        else if ((*at == '.' || *at == '\'') && (at == text || at[-1] == '\n'))
            fprintf(out, "\\&%c", *at);
        else
            fputc(*at, out);
    }
}

static void put_paragraph(FILE *out, const char *text)
{
    put(out, text);
    fputc('\n', out);
}

/* A name in bold, and what it means. */
static void put_entry(FILE *out, const char *name, const char *doc)
{
    fputs(".TP\n\\fB", out);
    put(out, name);
    fputs("\\fR\n", out);
    put_paragraph(out, doc);
}

static void put_head(FILE *out, const char *page, const char *brief)
{
    fputs(".TH ", out);
    for (const char *at = page; *at; at++)
        fputc(toupper((unsigned char)*at), out);
    fprintf(out, " 1 \"\" \"phasic %s\" \"User Commands\"\n.SH NAME\n", PH_VERSION);
    put(out, page);
    fputs(" \\- ", out);
    put_paragraph(out, brief);
    fputs(".SH SYNOPSIS\n", out);
}

static void put_option(FILE *out, const ph_option_row *option)
{
    fputs(".TP\n", out);
    if (option->code < PH_OPTION_HELP)
        fprintf(out, "\\fB\\-%c\\fR, ", option->code);
    fputs("\\fB\\-\\-", out);
    put(out, option->name);
    fputs("\\fR", out);
    if (option->argument) {
        fputs(" \\fI", out);
        put(out, option->argument);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put_paragraph(out, option->doc);
}

static void put_notes(FILE *out, const char *title, const ph_note_row *rows, int n)
{
    fprintf(out, ".SH %s\n", title);
    for (int i = 0; i < n; i++)
        put_entry(out, rows[i].name, rows[i].doc);
}

static void put_see_also(FILE *out, const ph_command_row *command)
{
    fputs(".SH SEE ALSO\n", out);
    if (command)
        fputs("\\fBphasic\\fR(1)", out);
    for (int i = 0; !command && i < ph_command_rows_count; i++)
        fprintf(out, "%s\\fBphasic\\-%s\\fR(1)", i ? ",\n" : "", ph_command_rows[i].name);
    fputs(",\n\\fBmpirun\\fR(1)\n", out);
}

static void put_program(FILE *out)
{
    put_head(out, "phasic", "simulate brains whose regions learn under global neuromodulation");
    fputs("\\fBphasic\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]\n"
          ".SH DESCRIPTION\n",
          out);
    put_paragraph(out, "phasic simulates brains made of several regions that learn under global "
                       "neuromodulation. Each rank of an MPI run hosts a region, or a share of "
                       "one, or several; the same configuration and seed give the same spikes, "
                       "weights and trials on any number of ranks and threads.");
    fputs(".SH COMMANDS\n", out);
    for (int i = 0; i < ph_command_rows_count; i++)
        put_entry(out, ph_command_rows[i].name, ph_command_rows[i].brief);
    fputs(".SH OPTIONS\n", out);
    put_entry(out, "--help", "a summary; after a command, its options");
    put_entry(out, "--version", "the version");
    put_notes(out, "EXIT STATUS", ph_exit_rows, ph_exit_rows_count);
    put_notes(out, "ENVIRONMENT", ph_environment_rows, ph_environment_rows_count);
    put_see_also(out, NULL);
}

static void put_usage(FILE *out, const ph_command_row *command, const char *arguments)
{
    fprintf(out, "\\fBphasic %s\\fR ", command->name);
    put(out, arguments);
    fputs(command->n_options ? " [\\fIOPTION\\fR]...\n" : "\n", out);
}

static void put_command(FILE *out, const ph_command_row *command)
{
    char page[80], operand[80] = "";
    snprintf(page, sizeof page, "phasic-%s", command->name);
    put_head(out, page, command->brief);
    if (command->operand)
        snprintf(operand, sizeof operand, command->needs_operand ? "%s" : "[%s]",
                 command->operand);
    put_usage(out, command, operand);
    if (command->other) {
        fputs(".br\n", out);
        put_usage(out, command, command->other);
    }
    fputs(".SH DESCRIPTION\n", out);
    put_paragraph(out, command->doc);
    fputs(".SH OPTIONS\n", out);
    for (int i = 0; i < command->n_options; i++)
        put_option(out, &command->options[i]);
    put_option(out, &ph_option_rows_common[0]);
    put_notes(out, "EXIT STATUS", ph_exit_rows, ph_exit_rows_count);
    put_see_also(out, command);
}

ph_status ph_command_manual(FILE *out, const char *name)
{
    if (!name) {
        put_program(out);
    } else {
        const ph_command_row *command = NULL;
        PH_TRY(ph_command_row_named(name, &command));
        put_command(out, command);
    }
    PH_CHECK(fflush(out) == 0 && !ferror(out), PH_FILE, "the page cannot be written");
    return PH_OK;
}
