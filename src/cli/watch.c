/* SPDX-License-Identifier: Apache-2.0 */
/* `phasic watch`: rates, transmitters and score of a run that goes on, from its files alone. */
#include "cli/commands.h"

#include "base/clock.h"
#include "cli/length.h"
#include "cli/origin.h"
#include "cli/registries.h"
#include "config/tree.h"
#include "io/follow.h"
#include "io/lock.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define EVERY_S 2
#define BAR_HZ 1.0  /* of a mark of the bar */
#define BAR_MOST 40

/* What is watched, and what was seen first. */
typedef struct watch {
    const char *out_folder;
    const ph_brain *brain;
    ph_length length;            /* of the run; NaN: not known */
    double first_wall, first_ms; /* of the first look that saw something: stepped; NaN before */
} watch;

/* How far, how fast, how well. What is left counts in steps: rests take hardly any time. */
static void show_head(watch *w, const ph_followed *now, const char *state)
{
    printf("%s  %s  %.1f s", w->out_folder, state, now->time_ms * 1e-3);
    if (!isnan(w->length.stepped_s))
        printf(" of %.0f s", w->length.stepped_s + w->length.rested_s);
    if (isnan(w->first_ms) && now->stepped_ms > 0) {
        w->first_ms = now->stepped_ms;
        w->first_wall = ph_clock();
    } else if (now->stepped_ms > w->first_ms) {
        double factor = (ph_clock() - w->first_wall) * 1e3 / (now->stepped_ms - w->first_ms);
        double left_s = w->length.stepped_s - now->stepped_ms * 1e-3;
        printf("  factor %.2f", factor);
        if (left_s > 0)
            printf("  left %.0f s", left_s * factor);
    }
    if (now->n_trials > 0)
        printf("  %s %lld: %.0f %% right", w->brain->phase[now->phase]->item.name,
               (long long)now->n_trials, 100 * now->score);
    putchar('\n');
}

static void show_rates(const ph_brain *brain, const ph_followed *now)
{
    const ph_region *regions = brain->regions.items;
    for (int r = 0; r < brain->n_regions; r++) {
        if (isnan(now->rates[r]))
            continue;
        printf("  %-20s %7.2f Hz  ", regions[r].item.name, now->rates[r]);
        for (int i = 0; i < BAR_MOST && (i + 0.5) * BAR_HZ < now->rates[r]; i++)
            putchar('#');
        putchar('\n');
    }
}

static void show_transmitters(const ph_brain *brain, const ph_followed *now)
{
    const ph_region *regions = brain->regions.items;
    const ph_transmitter *transmitters = brain->neuromodulation.transmitters.items;
    for (int t = 0; t < brain->neuromodulation.transmitters.count; t++) {
        const double *nM = now->nM + (ptrdiff_t)t * brain->n_regions;
        int n_known = 0, n_shown = 0;
        for (int r = 0; r < brain->n_regions; r++)
            n_known += !isnan(nM[r]);
        if (n_known == 0) /* not recorded, or not yet */
            continue;
        printf("  %-20s", transmitters[t].item.name);
        for (int r = 0; r < brain->n_regions; r++)
            if (nM[r] > 0)
                n_shown += printf(" %s %.1f", regions[r].item.name, nM[r]) > 0;
        puts(n_shown ? " nM" : " 0 nM");
    }
}

static ph_status look(watch *w, ph_follow *follow, int *is_over)
{
    /* Asked before the files are read: what a run has written by its end is then seen. */
    int complete = ph_origin_is_complete(w->out_folder);
    *is_over = complete || !ph_lock_is_taken(w->out_folder);
    ph_followed now;
    PH_TRY(ph_follow_look(follow, &now));
    if (isatty(STDOUT_FILENO))
        fputs("\033[H\033[J", stdout);
    if (complete) {
        printf("%s  is complete; scripts/report %s shows it\n", w->out_folder, w->out_folder);
    } else {
        show_head(w, &now, *is_over ? "does not run" : "runs");
        show_rates(w->brain, &now);
        show_transmitters(w->brain, &now);
    }
    PH_CHECK(fflush(stdout) == 0, PH_FILE, "cannot write to the standard output");
    return PH_OK;
}

static ph_status look_until_end(watch *w, ph_follow *follow, int once)
{
    for (int is_over = 0; !is_over;) {
        PH_TRY(look(w, follow, &is_over));
        if (once)
            break;
        if (!is_over)
            (void)nanosleep(&(struct timespec){.tv_sec = EVERY_S}, NULL);
    }
    return PH_OK;
}

static ph_status watch_brain(const char *out_folder, ph_tree *tree, int once)
{
    ph_brain *brain = NULL;
    ph_follow *follow = NULL;
    ph_length length = {0};
    PH_TRY(ph_brain_create(tree, ph_registries(), &brain));
    ph_status status = ph_length_of(brain, NAN, &length);
    if (status == PH_OK)
        status = ph_follow_begin(out_folder, brain, &follow);
    if (length.at_most)
        length.stepped_s = NAN;
    watch w = {out_folder, brain, length, NAN, NAN};
    if (status == PH_OK)
        status = look_until_end(&w, follow, once);
    ph_follow_end(&follow);
    ph_brain_destroy(&brain);
    return status;
}

ph_status ph_command_watch(const char *out_folder, int once)
{
    ph_tree *tree;
    PH_TRY(ph_origin_config(out_folder, &tree));
    ph_status status = watch_brain(out_folder, tree, once);
    ph_tree_destroy(&tree);
    return status;
}
