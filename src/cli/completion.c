/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic completion`: a script by which bash completes, from the tables. */
#include "cli/commands_table.h"
#include "cli/manual.h"
#include "cli/registries.h"
#include "config/explain.h"
#include "model/tables.h"

#include <ctype.h>
#include <string.h>

static const char head[] =
    "# Completion of phasic for bash: source <(phasic completion). Made by phasic completion.\n"
    "_phasic()\n"
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local command= options= operand=none shape=none word=\n"
    "    COMPREPLY=()\n"
    "    # bash makes words of their own of the = of --out=DIR and of --set a.b=c.\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur=\n"
    "    elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    [[ $COMP_CWORD -gt 1 ]] && command=${COMP_WORDS[1]}\n"
    "    case $command in\n";

static const char tail[] =
    "    *) operand=none ;;\n"
    "    esac\n"
    "    if [[ $shape == none ]]; then\n"
    "        if [[ $cur == -* ]]; then\n"
    "            COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
    "            return\n"
    "        fi\n"
    "        shape=$operand\n"
    "    fi\n"
    "    case $shape in\n"
    "    word) COMPREPLY=($(compgen -W \"$word\" -- \"$cur\")) ;;\n"
    "    command) COMPREPLY=($(compgen -W \"$_phasic_commands\" -- \"$cur\")) ;;\n"
    "    key) COMPREPLY=($(compgen -W \"$_phasic_keys\" -- \"$cur\")) ;;\n"
    "    set)\n"
    "        compopt -o nospace 2>/dev/null\n"
    "        COMPREPLY=($(compgen -W \"$_phasic_paths\" -S = -- \"$cur\"))\n"
    "        ;;\n"
    "    config)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        COMPREPLY=($(compgen -f -X '!*.yaml' -- \"$cur\")\n"
    "            $(compgen -f -X '!*.yml' -- \"$cur\")\n"
    "            $(compgen -f -X '!*.json' -- \"$cur\") $(compgen -d -- \"$cur\"))\n"
    "        ;;\n"
    "    file)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
    "        ;;\n"
    "    folder)\n"
    "        compopt -o filenames 2>/dev/null\n"
    "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
    "        ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _phasic phasic\n";

static const char *shape_name(ph_shape shape)
{
    static const char *const names[] = {
        [PH_SHAPE_TEXT] = "text", [PH_SHAPE_CONFIG] = "config",   [PH_SHAPE_FILE] = "file",
        [PH_SHAPE_KEY] = "key",   [PH_SHAPE_FOLDER] = "folder",   [PH_SHAPE_SET] = "set",
        [PH_SHAPE_COMMAND] = "command",
    };
    return names[shape];
}

static void put_option_names(FILE *out, const ph_option_row *rows, int n)
{
    for (int i = 0; i < n; i++) {
        fprintf(out, "--%s ", rows[i].name);
        if (rows[i].code < PH_OPTION_HELP)
            fprintf(out, "-%c ", rows[i].code);
    }
}

static void put_command(FILE *out, const ph_command_row *command)
{
    fprintf(out, "    %s)\n        options='", command->name);
    put_option_names(out, command->options, command->n_options);
    put_option_names(out, ph_option_rows_common, 1);
    fprintf(out, "' operand=%s\n", command->operand ? shape_name(command->shape) : "none");
    /* `export sonata`: what begins with a small letter is typed as it stands. */
    if (command->operand && islower((unsigned char)command->operand[0]))
        fprintf(out, "        word='%.*s'; [[ $COMP_CWORD -eq 2 ]] && operand=word\n",
                (int)strcspn(command->operand, " "), command->operand);
    fputs("        case $prev in\n", out);
    for (int i = 0; i < command->n_options; i++) {
        const ph_option_row *option = &command->options[i];
        if (!option->argument)
            continue;
        fprintf(out, "        --%s", option->name);
        if (option->code < PH_OPTION_HELP)
            fprintf(out, "|-%c", option->code);
        fprintf(out, ") shape=%s ;;\n", shape_name(option->shape));
    }
    fputs("        esac\n        ;;\n", out);
}

ph_status ph_command_completion(FILE *out)
{
    fputs(head, out);
    fputs("    '') options='--help --version' operand=command ;;\n", out);
    for (int i = 0; i < ph_command_rows_count; i++)
        put_command(out, &ph_command_rows[i]);
    fputs(tail, out);
    fputs("_phasic_commands='", out);
    for (int i = 0; i < ph_command_rows_count; i++)
        fprintf(out, "%s%s", i ? " " : "", ph_command_rows[i].name);
    fputs("'\n_phasic_keys='", out);
    ph_explain_words(out, &ph_brain_table, ph_registries(), 0);
    fputs("'\n_phasic_paths='", out);
    ph_explain_words(out, &ph_brain_table, ph_registries(), 1);
    fputs("'\n", out);
    PH_CHECK(fflush(out) == 0 && !ferror(out), PH_FILE, "the script cannot be written");
    return PH_OK;
}
