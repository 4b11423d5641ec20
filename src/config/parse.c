/* SPDX-License-Identifier: Apache-2.0 */
/* From YAML text to nodes, by libyaml's documents, with the guards that libyaml leaves to us:
 * duplicate keys, cycles and bombs of aliases, depth, tags. */
#include "config/tree.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

typedef struct parse {
    ph_tree *tree;
    ph_errors *errors;
    const char *file;
    int is_override;          /* nodes get no line */
    yaml_document_t *document;
    int n_nodes;              /* of the document */
    unsigned char *is_open;   /* n_nodes + 1: 1 while a node is being written out */
} parse;

/* The line and column of a byte, where libyaml gives no more. */
static void place_of_byte(const char *text, size_t bytes, size_t offset, int *line, int *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < bytes; i++) {
        *column = text[i] == '\n' ? 1 : *column + 1;
        *line += text[i] == '\n';
    }
}

static ph_status add_parser_error(const parse *p, const yaml_parser_t *parser, const char *text,
                                  size_t bytes)
{
    PH_CHECK(parser->error != YAML_MEMORY_ERROR, PH_RESOURCE, "%s: out of memory", p->file);
    int line = (int)parser->problem_mark.line + 1, column = (int)parser->problem_mark.column + 1;
    if (parser->error == YAML_READER_ERROR)
        place_of_byte(text, bytes, parser->problem_offset, &line, &column);
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    if (p->is_override)
        line = 0;
    ph_errors_add_at(p->errors, p->file, line, column, "not YAML: %s%s%s", problem,
                     parser->context ? " " : "", parser->context ? parser->context : "");
    return PH_OK;
}

/* --- a first pass over the events, so that depth is known before anything recurses ----------- */

static ph_status check_depth(const parse *p, const char *text, size_t bytes, int *is_good)
{
    yaml_parser_t parser;
    PH_CHECK(yaml_parser_initialize(&parser), PH_RESOURCE, "%s: out of memory", p->file);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
    ph_status status = PH_OK;
    *is_good = 1;
    for (int depth = 0, done = 0; !done && *is_good && status == PH_OK;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            *is_good = 0;
            status = add_parser_error(p, &parser, text, bytes);
            break;
        }
        depth += event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
        depth -= event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
        done = event.type == YAML_STREAM_END_EVENT;
        if (depth > PH_TREE_DEPTH) {
            *is_good = 0;
            int line = p->is_override ? 0 : (int)event.start_mark.line + 1;
            ph_errors_add_at(p->errors, p->file, line, (int)event.start_mark.column + 1,
                             "more than %d levels of nesting", PH_TREE_DEPTH);
        }
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return status;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static void place_node(const parse *p, const yaml_node_t *yaml, int *line, int *column)
{
    *line = p->is_override ? 0 : (int)yaml->start_mark.line + 1;
    *column = p->is_override ? 0 : (int)yaml->start_mark.column + 1;
}

static void add_error(const parse *p, const yaml_node_t *yaml, const char *message,
                      const char *word)
{
    int line, column;
    place_node(p, yaml, &line, &column);
    ph_errors_add_at(p->errors, p->file, line, column, "%s%.120s%s", message, word ? word : "",
                     word ? "'" : "");
}

static ph_status write_scalar(parse *p, const yaml_node_t *yaml, ph_node *node)
{
    const char *value = (const char *)yaml->data.scalar.value;
    size_t n = yaml->data.scalar.length;
    if (memchr(value, 0, n))
        add_error(p, yaml, "a value with a null character", NULL);
    node->text = ph_arena_text(&p->tree->arena, value, n);
    PH_CHECK(node->text, PH_RESOURCE, "out of memory: configuration");
    if (yaml->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
        node->flags |= PH_NODE_QUOTED;
    return PH_OK;
}

static ph_status write_out(parse *p, int id, int depth, ph_node **node);

static ph_status write_list(parse *p, const yaml_node_t *yaml, int depth, ph_node *list)
{
    for (yaml_node_item_t *item = yaml->data.sequence.items.start;
         item < yaml->data.sequence.items.top; item++) {
        ph_node *child;
        PH_TRY(write_out(p, *item, depth + 1, &child));
        if (child)
            ph_node_append(list, child);
    }
    return PH_OK;
}

static int by_key(const void *a, const void *b)
{
    const ph_node *one = *(ph_node *const *)a, *other = *(ph_node *const *)b;
    int order = strcmp(one->key, other->key);
    if (order)
        return order;
    if (one->key_line != other->key_line)
        return one->key_line < other->key_line ? -1 : 1;
    return one->key_column < other->key_column ? -1 : one->key_column > other->key_column;
}

static ph_status check_duplicates(const parse *p, const ph_node *mapping)
{
    ph_node **sorted;
    PH_ALLOC(sorted, mapping->count);
    int n = 0;
    for (ph_node *child = mapping->first; child; child = child->next)
        sorted[n++] = child;
    qsort(sorted, (size_t)n, sizeof *sorted, by_key);
    for (int i = 1; i < n; i++)
        if (!strcmp(sorted[i - 1]->key, sorted[i]->key))
            ph_errors_add_at(p->errors, p->file, sorted[i]->key_line, sorted[i]->key_column,
                             "duplicate key '%s'; it stands in line %d already", sorted[i]->key,
                             sorted[i - 1]->key_line);
    ph_free(sorted);
    return PH_OK;
}

static int is_good_key(parse *p, const yaml_node_t *key)
{
    if (key->type != YAML_SCALAR_NODE) {
        add_error(p, key, "a key must be a word", NULL);
        return 0;
    }
    const char *text = (const char *)key->data.scalar.value;
    size_t n = key->data.scalar.length;
    if (n == 0 || n > PH_TREE_KEY || strlen(text) != n) {
        add_error(p, key, n ? "a key that is too long, or with a null character" : "an empty key",
                  NULL);
        return 0;
    }
    return 1;
}

static ph_status write_mapping(parse *p, const yaml_node_t *yaml, int depth, ph_node *mapping)
{
    for (yaml_node_pair_t *pair = yaml->data.mapping.pairs.start;
         pair < yaml->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(p->document, pair->key);
        ph_node *child;
        if (!key || !is_good_key(p, key))
            continue;
        PH_TRY(write_out(p, pair->value, depth + 1, &child));
        if (!child)
            continue;
        child->key = ph_arena_text(&p->tree->arena, (const char *)key->data.scalar.value,
                                   key->data.scalar.length);
        PH_CHECK(child->key, PH_RESOURCE, "out of memory: configuration");
        place_node(p, key, &child->key_line, &child->key_column);
        ph_node_append(mapping, child);
    }
    return check_duplicates(p, mapping);
}

static int has_plain_tag(const yaml_node_t *yaml)
{
    const char *tag = (const char *)yaml->tag;
    return !tag || !strcmp(tag, YAML_STR_TAG) || !strcmp(tag, YAML_SEQ_TAG) ||
           !strcmp(tag, YAML_MAP_TAG);
}

/* A node with all below it, aliases copied; NULL when it cannot be. */
static ph_status write_out(parse *p, int id, int depth, ph_node **node)
{
    const yaml_node_t *yaml = yaml_document_get_node(p->document, id);
    *node = NULL;
    PH_CHECK(yaml && id <= p->n_nodes, PH_FAILURE, "%s: libyaml lost a node", p->file);
    if (p->is_open[id]) {
        add_error(p, yaml, "an alias that contains itself", NULL);
        return PH_OK;
    }
    if (depth > PH_TREE_DEPTH) {
        add_error(p, yaml, "aliases make too many levels of nesting", NULL);
        return PH_OK;
    }
    if (!has_plain_tag(yaml)) {
        add_error(p, yaml, "tags have no meaning here: '", (const char *)yaml->tag);
        return PH_OK;
    }
    ph_node place = {.file = p->file};
    place_node(p, yaml, &place.line, &place.column);
    ph_node_kind kind = yaml->type == YAML_SCALAR_NODE     ? PH_NODE_SCALAR
                        : yaml->type == YAML_SEQUENCE_NODE ? PH_NODE_LIST
                                                           : PH_NODE_MAPPING;
    PH_TRY(ph_node_create(p->tree, kind, &place, node));
    p->is_open[id] = 1;
    ph_status status = kind == PH_NODE_SCALAR ? write_scalar(p, yaml, *node)
                       : kind == PH_NODE_LIST ? write_list(p, yaml, depth, *node)
                                              : write_mapping(p, yaml, depth, *node);
    p->is_open[id] = 0;
    return status;
}

/* --- documents -------------------------------------------------------------------------------- */

static ph_status write_document(parse *p, yaml_document_t *document, ph_node **node)
{
    if (!yaml_document_get_root_node(document)) {
        ph_errors_add_at(p->errors, p->file, p->is_override ? 0 : 1, 1, "the file is empty");
        return PH_OK;
    }
    p->document = document;
    p->n_nodes = (int)(document->nodes.top - document->nodes.start);
    PH_ALLOC(p->is_open, p->n_nodes + 1);
    ph_status status = write_out(p, 1, 0, node); /* the root is the first node */
    ph_free(p->is_open);
    if (status == PH_CONFIG) { /* too many nodes */
        ph_errors_add(p->errors, NULL, "%s", ph_error_message());
        status = PH_OK;
    }
    return status;
}

static ph_status load(parse *p, yaml_parser_t *parser, const char *text, size_t bytes,
                      ph_node **node)
{
    yaml_document_t document;
    if (!yaml_parser_load(parser, &document))
        return add_parser_error(p, parser, text, bytes);
    ph_status status = write_document(p, &document, node);
    int is_end = !yaml_document_get_root_node(&document);
    yaml_document_delete(&document);
    if (status != PH_OK || is_end)
        return status;
    if (!yaml_parser_load(parser, &document))
        return add_parser_error(p, parser, text, bytes);
    const yaml_node_t *second = yaml_document_get_root_node(&document);
    if (second)
        add_error(p, second, "a second document; a configuration is one", NULL);
    yaml_document_delete(&document);
    return PH_OK;
}

ph_status ph_node_parse(ph_tree *tree, ph_errors *errors, const char *text, size_t bytes,
                        const char *file, int is_override, ph_node **node)
{
    parse p = {.tree = tree, .errors = errors, .file = file, .is_override = is_override};
    int before = errors->count, is_good = 0;
    *node = NULL;
    PH_TRY(check_depth(&p, text, bytes, &is_good));
    if (!is_good)
        return PH_OK;
    yaml_parser_t parser;
    PH_CHECK(yaml_parser_initialize(&parser), PH_RESOURCE, "%s: out of memory", file);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
    ph_status status = load(&p, &parser, text, bytes, node);
    yaml_parser_delete(&parser);
    if (errors->count > before)
        *node = NULL;
    return status;
}

ph_status ph_tree_parse(const char *text, const char *name, ph_tree **out)
{
    ph_tree *tree;
    ph_errors errors = {0};
    *out = NULL;
    PH_TRY(ph_tree_create(&tree));
    const char *file = ph_tree_print(tree, "%s", name);
    ph_status status = file ? ph_node_parse(tree, &errors, text, strlen(text), file, 0, &tree->root)
                            : ph_error(PH_RESOURCE, "out of memory: configuration");
    ph_status raised = ph_errors_raise(&errors);
    if (status == PH_OK)
        status = raised;
    if (status != PH_OK)
        ph_tree_destroy(&tree);
    *out = tree;
    return status;
}
