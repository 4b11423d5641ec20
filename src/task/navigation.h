/* SPDX-License-Identifier: Apache-2.0 */
/* Private to the navigation task: its parameters, and how an animal moves in the maze. */
#ifndef PHASIC_TASK_NAVIGATION_H
#define PHASIC_TASK_NAVIGATION_H

#include <phasic/task.h>

#define PH_MAZE_SIDE 100 /* most place cells along a side */

/* The channels of the broadcast. */
enum { PH_MAZE_X, PH_MAZE_Y, PH_MAZE_SEEN, PH_MAZE_ALERT, PH_MAZE_CHANNELS };
enum { PH_MAZE_INPUT_PLACE, PH_MAZE_INPUT_ALERT };

typedef struct ph_maze_place { /* a disc */
    ph_item item;
    double x, y, radius;
} ph_maze_place;

typedef struct ph_maze_cells {
    ph_address target;     /* a square grid, row by row from the south-west corner */
    const char *receptor;
    double weight;         /* pA or nS */
    double rate;           /* Hz, at the centre of a field */
    double width;          /* of a field */
} ph_maze_cells;

typedef struct ph_maze_headings {
    ph_address cells;      /* a ring, clockwise from north */
    double tau_rise, tau_decay; /* ms, of the rates' filter */
    double speed;          /* per ms, of a cell that spikes once a ms, over the number of cells */
} ph_maze_headings;

typedef struct ph_maze_alert {
    ph_address target;
    const char *receptor;
    double weight;         /* pA or nS */
    double rate;           /* Hz, onto each cell */
    double duration;       /* ms, from the begin of a trial */
} ph_maze_alert;

typedef struct ph_maze_trial {
    double timeout;        /* ms */
    double stay;           /* ms at the goal before the reward */
    double pause;          /* ms after the outcome */
} ph_maze_trial;

typedef struct ph_navigation_params {
    double half_side, bounce;
    double start_x, start_y;
    ph_map places;         /* of ph_maze_place */
    const char *goal;
    ph_maze_cells place_cells;
    ph_maze_headings headings;
    ph_maze_alert alert;
    ph_maze_trial trial;
    int reward;            /* PH_MAZE_CONTINGENT, PH_MAZE_INDEPENDENT */
} ph_navigation_params;

enum { PH_MAZE_CONTINGENT, PH_MAZE_INDEPENDENT };

extern const ph_table ph_navigation_table;

/* An animal in the maze. The mean over headings of rate times direction follows from filters of
 * spikes times direction, as both are linear. */
typedef struct ph_maze_animal {
    double x, y;
    double rise[2], decay[2];             /* east, north */
    double east[PH_TASK_READOUTS], north[PH_TASK_READOUTS]; /* direction of each heading */
} ph_maze_animal;

/** @brief Put the animal at the start, its headings at rest. Not collective. */
void ph_maze_enter(const ph_navigation_params *p, ph_maze_animal *animal);

/** @brief A beat of movement: each heading's spikes are filtered to a rate, the mean over headings
 *  of the rate times its direction is the step; who is beyond a wall is set back by `bounce`.
 *  Not collective. @param counts spikes of each heading in a beat */
void ph_maze_move(const ph_navigation_params *p, double beat_ms, const int64_t *counts,
                  ph_maze_animal *animal);

/** @brief Whether the animal is within a place. Not collective. */
int ph_maze_is_in(const ph_maze_animal *animal, const ph_maze_place *place);

/** @brief Rates of place cells first, first + stride, ... for an animal at a place, Hz; 0 beyond
 *  3.4 widths. Not collective. @param rate out: n */
void ph_maze_rates(const ph_navigation_params *p, double x, double y, int64_t first,
                   int64_t stride, int64_t n, float *rate);

/** @brief Side of the grid of place cells; 0 where they make none, or one larger than
 *  PH_MAZE_SIDE. Not collective. */
int64_t ph_maze_side(const ph_navigation_params *p);

#endif
