/* SPDX-License-Identifier: Apache-2.0 */
/* What --help prints, from the tables. */
#include "cli/commands_table.h"

#include <string.h>

#define WIDTH 92
#define OPTION_COLUMN 24
#define COMMAND_COLUMN 20

/* Words in lines of WIDTH, all but the first indented. @param at column at which it begins */
static void put_wrapped(FILE *out, const char *text, int at, int indent)
{
    for (int first = 1; *text; first = 0) {
        int n = (int)strcspn(text, " ");
        if (!first && at + 1 + n > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", n, text);
        at += n;
        text += text[n] ? n + 1 : n;
    }
    fputc('\n', out);
}

/* A name, then what it means from a column on. */
static void put_entry(FILE *out, const char *name, int column, const char *doc)
{
    int n = fprintf(out, "%s", name);
    int gap = column - n < 2 ? 2 : column - n;
    fprintf(out, "%*s", gap, "");
    put_wrapped(out, doc, n + gap, column);
}

static void put_option(FILE *out, const ph_option_row *option)
{
    char name[80], letter[8] = "    ";
    if (option->code < PH_OPTION_HELP)
        snprintf(letter, sizeof letter, "-%c, ", option->code);
    snprintf(name, sizeof name, "  %s--%s%s%s", letter, option->name, option->argument ? " " : "",
             option->argument ? option->argument : "");
    put_entry(out, name, OPTION_COLUMN, option->doc);
}

static void put_operand(char *text, size_t room, const ph_command_row *command)
{
    const char *operand = command->operand;
    const char *before = !operand ? "" : command->needs_operand ? " " : " [";
    snprintf(text, room, "%s%s%s%s", command->name, before,
             operand ? operand : "", operand && !command->needs_operand ? "]" : "");
}

static void put_command_help(FILE *out, const ph_command_row *command)
{
    const char *options = command->n_options ? " [OPTION]..." : "";
    char form[80];
    put_operand(form, sizeof form, command);
    fprintf(out, "Usage: phasic %s%s\n", form, options);
    if (command->other)
        fprintf(out, "  or:  phasic %s %s%s\n", command->name, command->other, options);
    put_wrapped(out, command->doc, 0, 0);
    fputc('\n', out);
    for (int i = 0; i < command->n_options; i++)
        put_option(out, &command->options[i]);
    put_option(out, &ph_option_rows_common[0]);
}

static void put_program_help(FILE *out)
{
    fputs("Usage: phasic COMMAND [OPTION]... [ARGUMENT]\n"
          "Simulate brains whose regions learn under global neuromodulation.\n\nCommands:\n", out);
    for (int i = 0; i < ph_command_rows_count; i++) {
        char form[80], name[96];
        put_operand(form, sizeof form, &ph_command_rows[i]);
        snprintf(name, sizeof name, "  %s", form);
        put_entry(out, name, COMMAND_COLUMN, ph_command_rows[i].brief);
    }
    fputc('\n', out);
    put_entry(out, "  --help", COMMAND_COLUMN, "this text; after a command, its options");
    put_entry(out, "  --version", COMMAND_COLUMN, "the version");
    fputs("\nExit status:\n", out);
    for (int i = 0; i < ph_exit_rows_count; i++) {
        char name[16];
        snprintf(name, sizeof name, "  %s", ph_exit_rows[i].name);
        put_entry(out, name, 5, ph_exit_rows[i].doc);
    }
}

void ph_options_help(FILE *out, ph_command command)
{
    const ph_command_row *row = ph_command_row_of(command);
    if (row)
        put_command_help(out, row);
    else
        put_program_help(out);
}
