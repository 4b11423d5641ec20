/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the navigation task. Lengths have no unit. */
#include "task/navigation.h"

#define MOST_MS 1e7
#define FAR 1e3

static const ph_param place_keys[] = {
    PH_REAL(ph_maze_place, x, "1", NULL, -FAR, FAR, "of its centre, east of the maze's"),
    PH_REAL(ph_maze_place, y, "1", NULL, -FAR, FAR, "north of it"),
    PH_REAL_FLAG(ph_maze_place, radius, "1", "0.3", 0, FAR, PH_PARAM_POSITIVE, "of the disc"),
};
static const ph_table place_table =
    PH_TABLE("place", ph_maze_place, place_keys, "a disc in the maze");

static const ph_param cells_keys[] = {
    PH_FIELD(ph_maze_cells, target, PH_KIND_ADDRESS, NULL,
             "population whose fields lie on a square grid over the maze, from edge to edge, row "
             "by row from the south-west"),
    PH_FIELD(ph_maze_cells, receptor, PH_KIND_STRING, "exc", "its receptor port"),
    PH_REAL(ph_maze_cells, weight, "pA|nS", NULL, -1e9, 1e9, "weight of an input's spike"),
    PH_REAL(ph_maze_cells, rate, "Hz", "400 Hz", 0, 1e5, "input at the centre of a field"),
    PH_REAL_FLAG(ph_maze_cells, width, "1", "0.4", 0, FAR, PH_PARAM_POSITIVE,
                 "distance from the centre at which the rate is 1/e of that"),
};
static const ph_table cells_table =
    PH_TABLE("place_cells", ph_maze_cells, cells_keys, "what the animal knows of its place");

static const ph_param headings_keys[] = {
    PH_FIELD(ph_maze_headings, cells, PH_KIND_ADDRESS, NULL,
             "cells that stand for directions, clockwise from north; 64 at most"),
    PH_REAL_FLAG(ph_maze_headings, tau_rise, "ms", "20 ms", 0, MOST_MS, PH_PARAM_POSITIVE,
                 "with which a cell's rate follows its spikes"),
    PH_REAL_FLAG(ph_maze_headings, tau_decay, "ms", "50 ms", 0, MOST_MS, PH_PARAM_POSITIVE,
                 "and with which it is forgotten; larger than tau_rise"),
    PH_REAL(ph_maze_headings, speed, "1", "0.08", 0, FAR,
            "length per spike: a cell's rate times this, over the number of cells, adds to the "
            "speed"),
};
static const ph_table headings_table =
    PH_TABLE("headings", ph_maze_headings, headings_keys, "how spikes move the animal");

static const ph_param alert_keys[] = {
    PH_FIELD(ph_maze_alert, target, PH_KIND_ADDRESS, "",
             "population that is roused when a trial begins; absent: none"),
    PH_FIELD(ph_maze_alert, receptor, PH_KIND_STRING, "exc", "its receptor port"),
    PH_REAL(ph_maze_alert, weight, "pA|nS", "", -1e9, 1e9,
            "weight of a spike; needed with a target"),
    PH_REAL(ph_maze_alert, rate, "Hz", "0 Hz", 0, 1e6, "of spikes onto each cell"),
    PH_REAL(ph_maze_alert, duration, "ms", "100 ms", 0, MOST_MS, "from the begin of a trial"),
};
static const ph_table alert_table =
    PH_TABLE("alert", ph_maze_alert, alert_keys, "what being put into the maze rouses");

static const ph_param trial_keys[] = {
    PH_REAL(ph_maze_trial, timeout, "ms", "15 s", 1, MOST_MS, "after it the trial is given up"),
    PH_REAL(ph_maze_trial, stay, "ms", "300 ms", 0, MOST_MS,
            "at the goal, where place cells get no more input, until the reward"),
    PH_REAL(ph_maze_trial, pause, "ms", "200 ms", 0, MOST_MS,
            "between the outcome and the next trial, without input to place cells"),
};
static const ph_table trial_table =
    PH_TABLE("trial", ph_maze_trial, trial_keys, "the times of a trial");

static const char *const rewards[] = {"contingent", "independent", NULL};

static const ph_param keys[] = {
    PH_REAL_FLAG(ph_navigation_params, half_side, "1", "2", 0, FAR, PH_PARAM_POSITIVE,
                 "the maze is a square from -half_side to half_side"),
    PH_REAL(ph_navigation_params, bounce, "1", "0.01", 0, FAR,
            "by which the animal is set back from a wall that it crosses"),
    PH_REAL(ph_navigation_params, start_x, "1", "0", -FAR, FAR, "where a trial begins"),
    PH_REAL(ph_navigation_params, start_y, "1", "0", -FAR, FAR, "where a trial begins"),
    PH_MAP(ph_navigation_params, places, &place_table, NULL,
           "places that are told apart in the trials: `action` is the one entered first"),
    PH_FIELD(ph_navigation_params, goal, PH_KIND_STRING, NULL,
             "the one of them that is rewarded and ends the trial"),
    PH_RECORD(ph_navigation_params, place_cells, &cells_table, NULL,
              "what the animal knows of its place"),
    PH_RECORD(ph_navigation_params, headings, &headings_table, NULL, "how spikes move the animal"),
    PH_RECORD(ph_navigation_params, alert, &alert_table, "",
              "what being put into the maze rouses"),
    PH_RECORD(ph_navigation_params, trial, &trial_table, "{}", "the times of a trial"),
    PH_CHOICE(ph_navigation_params, reward, rewards, "contingent",
              "contingent: 1 at the goal; independent: any place ends the trial, and a coin says "
              "whether it pays (a control)"),
};
const ph_table ph_navigation_table = PH_TABLE("navigation", ph_navigation_params, keys,
                                              "find the goal in a square maze by place cells");
