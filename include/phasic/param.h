/* SPDX-License-Identifier: Apache-2.0 */
/* Typed tables: one description of every configuration key, from which come reading, errors,
 * `explain`, the schema and the resolved configuration, so that they cannot disagree. */
#ifndef PHASIC_PARAM_H
#define PHASIC_PARAM_H

#include <phasic/types.h>

typedef struct ph_node ph_node;   /* a node of the YAML tree (config/tree.h): text, place */
typedef struct ph_table ph_table; /* the keys of a mapping */
typedef struct ph_registry ph_registry;

/* Where a value lies in the C struct and how it is written in YAML. */
typedef enum ph_kind {
    PH_KIND_REAL,    /* double, in the unit of the table ("5 ms" into a table's ms is 5) */
    PH_KIND_INT,     /* int64_t */
    PH_KIND_CHOICE,  /* int, index into .choices */
    PH_KIND_STRING,  /* const char *, owned by the tree */
    PH_KIND_PATH,    /* const char *, a file, beside the YAML file that names it; read absolute */
    PH_KIND_WORDS,   /* ph_words: a list of words, or the single word `all` */
    PH_KIND_REALS,   /* ph_reals: a list of quantities */
    PH_KIND_ADDRESS, /* ph_address: region.population[.channel] */
    PH_KIND_SIGNAL,  /* ph_signal: transmitter.controller */
    PH_KIND_DIST,    /* ph_dist: a quantity, or {type: normal, mean: .., sd: ..} and the like */
    PH_KIND_RECORD,  /* a struct described by .table, embedded at the offset */
    PH_KIND_MAP,     /* ph_map: a mapping from names to records of .table, in file order; a table
                        with one key named "" maps names to values of that key */
    PH_KIND_VARIANT, /* ph_variant: {type: NAME, its parameters...}, NAME from .registry */
    PH_KIND_VARIANTS,/* ph_map of ph_named_variant: a mapping from names to variants */
    PH_KIND_NODE     /* const ph_node *: any YAML, read by its owner */
} ph_kind;

typedef struct ph_words {
    int count;          /* number of words; -1 for the word `all` */
    const char **items; /* the words, owned by the tree */
} ph_words;

typedef struct ph_reals {
    int count;           /* number of values */
    const double *items; /* the values in the table's unit, owned by the tree */
} ph_reals;

/* A contiguous range of neurons within one population. */
typedef struct ph_span {
    int population; /* index in the brain; -1 when unset */
    int64_t first;  /* index of the first neuron within the population */
    int64_t count;  /* number of neurons */
} ph_span;

typedef struct ph_address {
    const char *text;    /* as written; NULL when not given; owned by the tree */
    const ph_node *node; /* where it stands */
    ph_span span;        /* filled in by model/ when the address is resolved */
} ph_address;

/* What another controller computes. */
typedef struct ph_signal {
    const char *text;    /* as written; NULL when not given; owned by the tree */
    const ph_node *node; /* where it stands */
    int controller;      /* index in the brain, filled in by model/; -1 when unset */
} ph_signal;

typedef enum ph_dist_type {
    PH_DIST_CONSTANT,
    PH_DIST_NORMAL,    /* redrawn until within [min, max]; `clipped` is another name */
    PH_DIST_LOGNORMAL, /* mean and sd of the variable itself */
    PH_DIST_UNIFORM
} ph_dist_type;

typedef struct ph_dist {
    ph_dist_type type;
    double mean;         /* or the constant; in the table's unit */
    double sd;           /* standard deviation, same unit */
    double min, max;     /* bounds, same unit; +-HUGE_VAL when not given */
    const ph_node *node; /* where it stands; NULL when defaulted */
} ph_dist;

typedef struct ph_map {
    int count;   /* number of entries, in file order */
    void *items; /* array of the table's struct; each begins with a ph_item */
} ph_map;

/* Every entry of a map begins with its name and place. */
typedef struct ph_item {
    const char *name;
    const ph_node *node;
} ph_item;

typedef struct ph_param {
    const char *name;           /* the key */
    ph_kind kind;
    size_t offset;              /* of the value in the table's struct */
    const char *unit;           /* of REAL, REALS, DIST: "ms", "pF", ...; "1" for a pure number;
                                   alternatives as "pA|nS" keep the unit that was written;
                                   "*": any unit, the number as written */
    const char *value;          /* default as it would stand in YAML; NULL: required;
                                   "" : optional, absent leaves zeros (NaN for REAL) */
    double min, max;            /* allowed range, inclusive; both 0: any */
    const char *doc;            /* one sentence, with symbol and source where there is one */
    const char *const *choices; /* CHOICE: words, NULL-terminated */
    const ph_table *table;      /* RECORD, MAP */
    int registry;               /* VARIANT, VARIANTS: a ph_registry_id */
    unsigned flags;             /* PH_PARAM_* */
} ph_param;

enum {
    PH_PARAM_MODULATED_INTEGRATED = 1, /* a receptor may drive it; it enters as an integral */
    PH_PARAM_MODULATED_SAMPLED = 2,    /* a receptor may drive it; its value at the event counts */
    PH_PARAM_POSITIVE = 4,             /* the minimum itself is not allowed */
    PH_PARAM_INSIDE = 8,               /* the key stands inside the mapping of the VARIANT that
                                          comes just before it in the table */
    PH_PARAM_MODULATED_SEGMENTED = 16, /* a receptor may drive it; it counts beat by beat */
    PH_PARAM_MODULATED_HELD = 32,      /* a receptor may drive it; of a neuron model: its constants
                                          are made again when a beat brings a new value */
    PH_PARAM_MODULATED = PH_PARAM_MODULATED_INTEGRATED | PH_PARAM_MODULATED_SAMPLED |
                         PH_PARAM_MODULATED_SEGMENTED |
                         PH_PARAM_MODULATED_HELD /* any of these; its value stays within
                                                    [min, max] whatever the receptors do */
};

/* Choices of a key that is false (0) or true (1). */
PH_API extern const char *const ph_false_true[];

struct ph_table {
    const char *name;       /* shown by `explain`: "population", "iaf_psc_exp" */
    const char *doc;        /* what the mapping is */
    size_t size;            /* sizeof the struct */
    const ph_param *params; /* the keys */
    int count;              /* number of keys */
};

/* What every neuron model, rule, stimulus, connection rule, controller, task and intervention
 * begins with. */
typedef struct ph_descriptor {
    const char *name;       /* the word after `type:` */
    const char *doc;        /* what it is, with its source */
    const ph_table *params; /* its keys; the struct of a ph_variant's params */
} ph_descriptor;

typedef struct ph_variant {
    const ph_descriptor *type; /* NULL when absent */
    void *params;              /* struct of type->params->size bytes, owned by the tree */
    const ph_node *node;
} ph_variant;

typedef struct ph_named_variant {
    ph_item item;
    ph_variant variant;
} ph_named_variant;

typedef enum ph_registry_id {
    PH_REGISTRY_NEURON,
    PH_REGISTRY_STIMULUS,
    PH_REGISTRY_CONNECT,
    PH_REGISTRY_PLASTICITY,
    PH_REGISTRY_CONTROLLER,
    PH_REGISTRY_TASK,
    PH_REGISTRY_INTERVENTION,
    PH_REGISTRIES
} ph_registry_id;

struct ph_registry {
    const char *what;                  /* "neuron model", for messages */
    const ph_descriptor *const *items; /* the descriptors */
    int count;
};

#define PH_COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/** A key that holds a quantity. */
#define PH_REAL(type, field, unit_, value_, min_, max_, doc_)                                      \
    {.name = #field, .kind = PH_KIND_REAL, .offset = offsetof(type, field), .unit = (unit_),      \
     .value = (value_), .min = (min_), .max = (max_), .doc = (doc_)}
/** The same, which a receptor may drive (flag PH_PARAM_MODULATED_*). */
#define PH_REAL_FLAG(type, field, unit_, value_, min_, max_, flags_, doc_)                         \
    {.name = #field, .kind = PH_KIND_REAL, .offset = offsetof(type, field), .unit = (unit_),      \
     .value = (value_), .min = (min_), .max = (max_), .doc = (doc_), .flags = (flags_)}
#define PH_INT(type, field, value_, min_, max_, doc_)                                              \
    {.name = #field, .kind = PH_KIND_INT, .offset = offsetof(type, field), .unit = "1",           \
     .value = (value_), .min = (min_), .max = (max_), .doc = (doc_)}
#define PH_CHOICE(type, field, choices_, value_, doc_)                                             \
    {.name = #field, .kind = PH_KIND_CHOICE, .offset = offsetof(type, field),                     \
     .choices = (choices_), .value = (value_), .doc = (doc_)}
/** Any other kind without a range: STRING, PATH, WORDS, ADDRESS, SIGNAL. */
#define PH_FIELD(type, field, kind_, value_, doc_)                                                 \
    {.name = #field, .kind = (kind_), .offset = offsetof(type, field), .value = (value_),         \
     .doc = (doc_)}
#define PH_DIST(type, field, unit_, value_, min_, max_, doc_)                                      \
    {.name = #field, .kind = PH_KIND_DIST, .offset = offsetof(type, field), .unit = (unit_),      \
     .value = (value_), .min = (min_), .max = (max_), .doc = (doc_)}
#define PH_RECORD(type, field, table_, value_, doc_)                                               \
    {.name = #field, .kind = PH_KIND_RECORD, .offset = offsetof(type, field),                     \
     .table = (table_), .value = (value_), .doc = (doc_)}
#define PH_MAP(type, field, table_, value_, doc_)                                                  \
    {.name = #field, .kind = PH_KIND_MAP, .offset = offsetof(type, field), .table = (table_),     \
     .value = (value_), .doc = (doc_)}
#define PH_VARIANT(type, field, registry_, value_, doc_)                                           \
    {.name = #field, .kind = PH_KIND_VARIANT, .offset = offsetof(type, field),                    \
     .registry = (registry_), .value = (value_), .doc = (doc_)}
#define PH_VARIANTS(type, field, registry_, value_, doc_)                                          \
    {.name = #field, .kind = PH_KIND_VARIANTS, .offset = offsetof(type, field),                   \
     .registry = (registry_), .value = (value_), .doc = (doc_)}
/** A table of the keys in a static array. */
#define PH_TABLE(name_, type, params_, doc_)                                                       \
    {.name = (name_), .doc = (doc_), .size = sizeof(type), .params = (params_),                   \
     .count = PH_COUNT(params_)}

#endif
