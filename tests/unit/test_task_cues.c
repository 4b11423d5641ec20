/* SPDX-License-Identifier: Apache-2.0 */
/* Cues and conditioning, played without a brain: subsets of cells against their definition, the
 * time code, probabilities of rewards by binomial intervals, omission, satiety, responses, the
 * control, and that what is shown does not tell what it is worth. */
#include "task_player.h"

#include "task/conditioning.h"
#include "task/tasks.h"

#define CELLS 20000
#define Z 4.0 /* deviations: one of 16,000 intervals fails by chance, and none with these seeds */

static ph_cue_stimulus stimulus(void)
{
    return (ph_cue_stimulus){.target = {.span = {0, 0, CELLS}}, .receptor = "exc", .weight = 1,
                             .rate = 40, .indegree = 20, .fraction = 0.1, .part = 1,
                             .sequence = {.share = 0, .duration = 1000, .width = 100, .rate = 30}};
}

static void rates_of(const ph_cue_stimulus *s, uint64_t seed, int cue, float *rate)
{
    float channels[PH_CUE_CHANNELS] = {0};
    ph_cues_show(channels, PH_SLOT_CUE, cue);
    ph_cues_rates(s, seed, 0, channels, 0, 1, CELLS, rate);
}

static int count_both(const float *a, const float *b)
{
    int n = 0;
    for (int i = 0; i < CELLS; i++)
        n += a[i] > 0 && b[i] > 0;
    return n;
}

static void a_cue_is_a_sparse_subset(void)
{
    static float one[CELLS], other[CELLS], again[CELLS], seed[CELLS];
    for (int k = 0; k < 3; k++) {
        ph_cue_stimulus s = stimulus();
        s.overlap = 0.5 * k;
        rates_of(&s, 1, 0, one);
        rates_of(&s, 1, 0, again);
        rates_of(&s, 1, PH_CUE_NOVEL + 7, other);
        rates_of(&s, 2, 0, seed);
        CU_ASSERT(!memcmp(one, again, sizeof one) && memcmp(one, seed, sizeof one));
        double f = s.fraction, both = s.overlap * f + (1 - s.overlap) * f * f;
        CU_ASSERT(is_binomial(count_both(one, one), CELLS, f, Z));
        CU_ASSERT(is_binomial(count_both(other, other), CELLS, f, Z));
        CU_ASSERT(is_binomial(count_both(one, other), CELLS, both, Z));
        for (int i = 0; i < CELLS; i++)
            CU_ASSERT(one[i] == 0 || one[i] == 800);
    }
    ph_cue_stimulus s = stimulus();
    rates_of(&s, 1, -1, one);
    CU_ASSERT_EQUAL(count_both(one, one), 0);
}

/* Cue 5 and cue 1 of four share cells, as a novel cue does with one of them; 5 and the others, and
 * those among themselves, share what chance gives; distractors have no kin. */
static void kin_share_cells_and_others_do_not(void)
{
    static float kin[CELLS], other[CELLS], without[CELLS];
    ph_cue_stimulus s = stimulus();
    double f = s.fraction, apart = f * f;
    rates_of(&s, 1, 1, without);
    s.kin = (ph_cue_kin){4, 0.6};
    const struct {
        int cue, with;
        double both;
    } cases[] = {{5, 1, 0.6 * f + 0.4 * apart}, {PH_CUE_NOVEL + 6, 2, 0.6 * f + 0.4 * apart},
                 {5, 2, apart}, {0, 1, apart}, {5, 6, apart}, {PH_CUE_DISTRACTORS + 5, 1, apart},
                 {PH_CUE_CONTEXTS + 4, 0, apart}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        rates_of(&s, 1, cases[k].cue, kin);
        rates_of(&s, 1, cases[k].with, other);
        CU_ASSERT(is_binomial(count_both(kin, kin), CELLS, f, Z));
        CU_ASSERT(is_binomial(count_both(kin, other), CELLS, cases[k].both, Z));
    }
    rates_of(&s, 1, 1, other); /* the first ones are what they are without */
    CU_ASSERT(!memcmp(other, without, sizeof other));
}

/* The same cells each time, of those of the whole cue, and none of them for a part of 0. */
static void a_partial_cue_is_a_part_of_the_cue(void)
{
    static float whole[CELLS], half[CELLS], again[CELLS], third[CELLS];
    ph_cue_stimulus s = stimulus();
    rates_of(&s, 1, 4, whole);
    s.part = 0.5;
    rates_of(&s, 1, 4, half);
    rates_of(&s, 1, 4, again);
    s.part = 0.3;
    rates_of(&s, 1, 4, third);
    int n = count_both(whole, whole), n_half = count_both(half, half);
    CU_ASSERT(!memcmp(half, again, sizeof half));
    CU_ASSERT(is_binomial(n_half, n, 0.5, Z) && count_both(whole, half) == n_half);
    CU_ASSERT(is_binomial(count_both(third, third), n, 0.3, Z));
    CU_ASSERT_EQUAL(count_both(third, half), count_both(third, third));
    s.part = 0;
    rates_of(&s, 1, 4, half);
    CU_ASSERT_EQUAL(count_both(half, half), 0);
}

static void parts_of_a_population_get_the_rates_of_the_whole(void)
{
    static float all[CELLS], part[CELLS];
    ph_cue_stimulus s = stimulus();
    s.sequence.share = 0.3;
    float channels[PH_CUE_CHANNELS] = {0};
    ph_cues_show(channels, PH_SLOT_CUE, 3);
    ph_cues_show(channels, PH_SLOT_DISTRACTOR, PH_CUE_DISTRACTORS);
    ph_cues_show(channels, PH_SLOT_SEQUENCE, 3);
    channels[PH_SLOT_TIME] = 400;
    ph_cues_rates(&s, 1, 0, channels, 0, 1, CELLS, all);
    const int64_t first[] = {0, 5, 17}, stride[] = {7, 3, 1}, n[] = {2857, 1000, 130};
    for (int k = 0; k < 3; k++) {
        ph_cues_rates(&s, 1, 0, channels, first[k], stride[k], n[k], part);
        for (int64_t i = 0; i < n[k]; i++)
            CU_ASSERT_EQUAL(part[i], all[first[k] + i * stride[k]]);
    }
}

/* Each cell of a population that is tuned hears the cues of its part, and no others. */
static void a_tuned_population_has_a_place_for_each_cue(void)
{
    float rate[30], odd[10], channels[PH_CUE_CHANNELS] = {0};
    ph_cue_stimulus s = stimulus();
    s.tuned = (ph_cue_tuned){{.text = "pfc.E", .span = {1, 0, 30}}, "exc", 1, 50, 40, 3};
    ph_task_layout layout = {.n_inputs = 0};
    CU_ASSERT(ph_cues_layout(&s, &layout) == PH_OK && ph_cues_inputs(&s) == 2);
    CU_ASSERT(layout.n_inputs == 2 && layout.inputs[1].span.count == 30);
    for (int cue = 0; cue < 5; cue++) {
        for (int other = -1; other < 4; other++) {
            ph_cues_show(channels, PH_SLOT_CUE, cue);
            ph_cues_show(channels, PH_SLOT_DISTRACTOR,
                         other < 0 ? -1 : PH_CUE_DISTRACTORS + other);
            ph_cues_show(channels, PH_SLOT_CONTEXT, PH_CUE_CONTEXTS);
            ph_cues_rates(&s, 1, 1, channels, 0, 1, 30, rate);
            ph_cues_rates(&s, 1, 1, channels, 1, 3, 10, odd);
            for (int i = 0; i < 30; i++) {
                int heard = (i / 10 == cue % 3) + (other >= 0 && i / 10 == 2 - other % 3);
                CU_ASSERT_EQUAL(rate[i], (float)(2000 * heard));
                CU_ASSERT(i % 3 != 1 || odd[i / 3] == rate[i]);
            }
        }
    }
    s.tuned.weight = NAN;
    CU_ASSERT_EQUAL(ph_cues_layout(&s, &layout), PH_CONFIG);
    s.tuned.target.text = NULL;
    CU_ASSERT_EQUAL(ph_cues_inputs(&s), 1);
}

/* The cells of the sequence: their share, each with one bump of the given form, whose peaks are
 * spread evenly; none of them in a cue; another order for another cue. */
static void the_sequence_tells_the_time(void)
{
    static float cue[CELLS], at[CELLS], best[CELLS], peak[CELLS], peak_other[CELLS], zero[CELLS];
    ph_cue_stimulus s = stimulus();
    s.sequence.share = 0.3;
    s.fraction = 0.5;
    rates_of(&s, 1, 0, cue);
    for (int of = 0; of < 2; of++) {
        memset(best, 0, sizeof best);
        for (int ms = 0; ms < 1100; ms += 5) {
            float channels[PH_CUE_CHANNELS] = {0};
            ph_cues_show(channels, PH_SLOT_SEQUENCE, of);
            channels[PH_SLOT_TIME] = (float)ms;
            ph_cues_rates(&s, 1, 0, channels, 0, 1, CELLS, at);
            for (int i = 0; i < CELLS; i++)
                if (at[i] > best[i]) {
                    best[i] = at[i];
                    (of ? peak_other : peak)[i] = (float)ms;
                }
            if (of == 0 && ms == 500)
                memcpy(zero, at, sizeof zero);
        }
    }
    int n = 0, early = 0, same = 0;
    for (int i = 0; i < CELLS; i++) {
        CU_ASSERT(best[i] == 0 || cue[i] == 0);
        if (best[i] == 0)
            continue;
        n++;
        CU_ASSERT(best[i] > 595 && best[i] <= 600);
        early += peak[i] < 250;
        same += fabsf(peak[i] - peak_other[i]) < 50;
        /* The bump at 500 ms, from where the peak was seen (to 2.5 ms). */
        double d = (500 - (double)peak[i]) / 100, bump = fabs(d) < 1 ? (1 - d * d) : 0;
        CU_ASSERT(fabs((double)zero[i] / 600 - bump * bump) < 0.06);
    }
    CU_ASSERT(is_binomial(n, CELLS, 0.3, Z));
    CU_ASSERT(is_binomial(early, n, 0.25, Z));
    CU_ASSERT(same < n / 5); /* a tenth by chance */
    CU_ASSERT(is_binomial(count_both(cue, cue), CELLS, 0.35, Z));
}

/* --- conditioning ----------------------------------------------------------------------------- */

static ph_conditioning_cue cues[] = {{{"sure", NULL}, 1, 1, 1, 1},
                                     {{"half", NULL}, 0.5, 2, 2, 1},
                                     {{"pain", NULL}, 0.25, -1, 1, 1},
                                     {{"blue", NULL}, 1, 1, 1, 0}};
enum { SURE, HALF, PAIN, BLUE, CUES };

static ph_conditioning_params parameters(void)
{
    return (ph_conditioning_params){
        .stimulus = stimulus(), .cues = {CUES, cues}, .satiety = {0, 600000},
        .trial = {.cue = 300, .reward_after = 500, .pause = 600, .pause_jitter = 400}};
}

static player conditioning(const ph_conditioning_params *p, uint64_t seed)
{
    return (player){.type = &ph_task_conditioning, .params = p, .seed = seed,
                    .n_channels = PH_CUE_CHANNELS};
}

static void cues_are_paid_by_their_probability(void)
{
    static played out;
    ph_conditioning_params p = parameters();
    play_once(conditioning(&p, 1), 2000, &out);
    CU_ASSERT_EQUAL_FATAL(out.n, 2000);
    int shown[CUES] = {0}, paid[CUES] = {0};
    for (int i = 0; i < out.n; i++) {
        const ph_trial *t = &out.trials[i];
        int c = t->stimulus;
        CU_ASSERT_FATAL(c >= 0 && c < CUES);
        CU_ASSERT(out.reward[i] == 0 || out.reward[i] == cues[c].reward);
        CU_ASSERT_EQUAL(out.reward[i], (double)t->reward);
        CU_ASSERT_EQUAL(t->p_reward, (float)cues[c].probability);
        CU_ASSERT(t->action == -1 && isnan(t->latency) && t->responses == -1);
        shown[c]++;
        paid[c] += out.reward[i] != 0;
    }
    for (int c = 0; c < CUES; c++) {
        CU_ASSERT_EQUAL(shown[c], 400 * (int)cues[c].per_block); /* blocks of 5 trials */
        CU_ASSERT(is_binomial(paid[c], shown[c], cues[c].probability, Z));
    }
}

static void times_are_those_of_the_configuration(void)
{
    static played out;
    ph_conditioning_params p = parameters();
    play_once(conditioning(&p, 1), 500, &out);
    double sum = 0;
    int low = 0, high = 0, longest = 0;
    for (int i = 0; i < out.n; i++) {
        CU_ASSERT_EQUAL(out.outcome_beat[i], 160);
        CU_ASSERT(out.beats[i] >= 161 + 120 && out.beats[i] <= 161 + 200);
        low += out.beats[i] < 281 + 20;
        high += out.beats[i] > 361 - 20;
        longest = out.beats[i] > longest ? out.beats[i] : longest;
        sum += out.beats[i];
    }
    CU_ASSERT_EQUAL(longest, 361);
    CU_ASSERT_DOUBLE_EQUAL(sum / out.n, 281 + 40, 4 * 23.4 / sqrt(500));
    CU_ASSERT(is_binomial(low, out.n, 20.0 / 81, Z) && is_binomial(high, out.n, 20.0 / 81, Z));
}

/* The cue goes off before the outcome, the sequence goes on; a reward out of the blue has neither. */
static int see(void *context, int trial, const float *channels)
{
    (void)trial;
    int64_t *seen = context;
    seen[0] += channels[PH_SLOT_CUE] > 0;
    seen[1] += channels[PH_SLOT_SEQUENCE] > 0;
    seen[2] += channels[PH_SLOT_SEQUENCE] > 0 && channels[PH_SLOT_CUE] > 0 &&
               channels[PH_SLOT_SEQUENCE] != channels[PH_SLOT_CUE];
    seen[3] = channels[PH_SLOT_TIME] > (float)seen[3] ? (int64_t)channels[PH_SLOT_TIME] : seen[3];
    return -1;
}

static void the_cue_ends_and_the_sequence_goes_on(void)
{
    static played out;
    int64_t seen[4] = {0};
    ph_conditioning_params p = parameters();
    p.stimulus.sequence.share = 0.3;
    player animal = conditioning(&p, 1);
    animal.animal = see;
    animal.animal_context = seen;
    play_once(animal, 50, &out);
    CU_ASSERT_EQUAL(seen[0], 40 * 60); /* 10 of 50 are out of the blue */
    CU_ASSERT_EQUAL(seen[1], 40 * 220);
    CU_ASSERT(seen[2] == 0 && seen[3] == 1095);
}

static void omission_leaves_out_what_was_due(void)
{
    static played out;
    ph_conditioning_params p = parameters();
    p.omission = 0.3;
    play_once(conditioning(&p, 3), 2000, &out);
    int sure = 0, left_out = 0;
    for (int i = 0; i < out.n; i++) {
        int is_sure = out.trials[i].stimulus == SURE || out.trials[i].stimulus == BLUE;
        sure += is_sure;
        left_out += is_sure && out.trials[i].outlier;
        CU_ASSERT(!out.trials[i].outlier || out.reward[i] == 0);
        CU_ASSERT(!is_sure || out.trials[i].outlier == (out.reward[i] == 0));
    }
    CU_ASSERT(is_binomial(left_out, sure, 0.3, Z));
}

static void satiety_lowers_rewards_and_passes(void)
{
    static played out;
    float channels[PH_TASK_CHANNELS] = {0};
    ph_conditioning_params p = parameters(), without;
    static ph_conditioning_cue fasting[] = {{{"nothing", NULL}, 0, 1, 1, 1}};
    p.cues.count = 1;
    p.satiety = (ph_satiety){0.1, 20000};
    without = p;
    without.cues = (ph_map){1, fasting};
    player animal = conditioning(&p, 1);
    player_open(&animal);
    player_phase(&animal, &p, 0, 60, channels, &out);
    double satiety = 0;
    for (int i = 0; i < out.n; i++) {
        int before = i ? out.beats[i - 1] : 1;
        satiety *= exp(-before * BEAT_MS / 20000); /* outcomes are as far apart as trials' ends */
        if (i)
            CU_ASSERT_DOUBLE_EQUAL(out.reward[i], 1 - satiety, 1e-9);
        satiety += 0.1 * out.reward[i];
    }
    CU_ASSERT(out.reward[59] < 0.6 && out.reward[0] == 1);
    player_phase(&animal, &without, 1, 100, channels, &out);
    CU_ASSERT_EQUAL(out.reward[99], 0);
    player_phase(&animal, &p, 2, 1, channels, &out);
    CU_ASSERT(out.reward[0] > 0.99);
    animal.type->close(&animal.state);
}

/* Spikes while a cue is shown. */
static int respond_to_cues(void *context, int trial, const float *channels)
{
    (void)context, (void)trial;
    return channels[PH_SLOT_CUE] > 0 ? 0 : -1;
}

static void responses_are_counted_and_may_be_needed(void)
{
    static played out;
    ph_conditioning_params p = parameters();
    p.response = (ph_conditioning_response){{.text = "r.A", .span = {0, 0, 10}}, 10, 1};
    player animal = conditioning(&p, 1);
    animal.animal = respond_to_cues;
    play_once(animal, 100, &out);
    for (int i = 0; i < out.n; i++) {
        const ph_trial *t = &out.trials[i];
        int answers = t->stimulus != BLUE;
        CU_ASSERT_EQUAL(t->action, answers - 1);
        /* The fourth of the counted beats brings the tenth spike; the animal of this test sees a
         * channel in the beat after it was set. */
        CU_ASSERT(answers ? t->latency == 20 : isnan(t->latency));
        CU_ASSERT_EQUAL(t->responses, answers ? 3 * 58 : 0);
        CU_ASSERT_EQUAL(t->correct, t->stimulus == SURE || t->stimulus == HALF);
        CU_ASSERT(t->stimulus != BLUE || out.reward[i] == 0);
        CU_ASSERT(t->stimulus != SURE || out.reward[i] == 1);
    }
}

static void what_is_shown_does_not_tell_its_worth(void)
{
    static played one, other;
    ph_conditioning_params p = parameters(), q = parameters();
    ph_conditioning_cue worthless[CUES];
    memcpy(worthless, cues, sizeof worthless);
    for (int c = 0; c < CUES; c++)
        worthless[c].probability = worthless[c].reward = 0;
    p.stimulus.sequence.share = q.stimulus.sequence.share = 0.2;
    q.cues.items = worthless;
    q.omission = 0.5;
    q.reward = PH_CONDITIONING_INDEPENDENT;
    play_once(conditioning(&p, 5), 100, &one);
    play_once(conditioning(&q, 5), 100, &other);
    CU_ASSERT_EQUAL(one.shown, other.shown);
    play_once(conditioning(&p, 6), 100, &other);
    CU_ASSERT_NOT_EQUAL(one.shown, other.shown);
    play_once(conditioning(&p, 5), 100, &other);
    CU_ASSERT(one.shown == other.shown && !memcmp(one.reward, other.reward, sizeof one.reward));
}

static void independent_rewards_tell_nothing_of_the_cue(void)
{
    static played out;
    ph_conditioning_params p = parameters();
    p.reward = PH_CONDITIONING_INDEPENDENT;
    play_once(conditioning(&p, 2), 3000, &out);
    int shown[CUES] = {0}, paid[CUES] = {0};
    for (int i = 0; i < out.n; i++) {
        shown[out.trials[i].stimulus]++;
        paid[out.trials[i].stimulus] += out.reward[i] != 0;
    }
    for (int c = 0; c < CUES; c++) /* (1 + 2 * .5 + .25 + 1) / 5 of all */
        CU_ASSERT(is_binomial(paid[c], shown[c], 0.65, Z));
}

static void bad_cues_are_refused(void)
{
    ph_task_layout layout = {.n_inputs = 0};
    ph_conditioning_params p = parameters();
    CU_ASSERT_EQUAL(ph_task_conditioning.layout(&p, &layout), PH_OK);
    CU_ASSERT(layout.n_inputs == 1 && layout.n_channels == PH_CUE_CHANNELS);
    CU_ASSERT_EQUAL(layout.n_readouts, 0);
    p.cues.count = 0;
    CU_ASSERT_EQUAL(ph_task_conditioning.layout(&p, &layout), PH_CONFIG);
    p = parameters();
    p.response.needed = 1;
    CU_ASSERT_EQUAL(ph_task_conditioning.layout(&p, &layout), PH_CONFIG);
}

int main(void)
{
    static const suite_test tests[] = {
        {"a cue is a sparse subset", a_cue_is_a_sparse_subset},
        {"kin share cells and others do not", kin_share_cells_and_others_do_not},
        {"a partial cue is a part of the cue", a_partial_cue_is_a_part_of_the_cue},
        {"parts of a population get the rates of the whole",
         parts_of_a_population_get_the_rates_of_the_whole},
        {"a tuned population has a place for each cue",
         a_tuned_population_has_a_place_for_each_cue},
        {"the sequence tells the time", the_sequence_tells_the_time},
        {"cues are paid by their probability", cues_are_paid_by_their_probability},
        {"times are those of the configuration", times_are_those_of_the_configuration},
        {"the cue ends and the sequence goes on", the_cue_ends_and_the_sequence_goes_on},
        {"omission leaves out what was due", omission_leaves_out_what_was_due},
        {"satiety lowers rewards and passes", satiety_lowers_rewards_and_passes},
        {"responses are counted and may be needed", responses_are_counted_and_may_be_needed},
        {"what is shown does not tell its worth", what_is_shown_does_not_tell_its_worth},
        {"independent rewards tell nothing of the cue",
         independent_rewards_tell_nothing_of_the_cue},
        {"bad cues are refused", bad_cues_are_refused},
    };
    return suite_run("task_cues", tests, (int)(sizeof tests / sizeof tests[0]));
}
