# SPDX-License-Identifier: Apache-2.0
"""Experiments that compare arms over seeds. One is a configuration (or a folder of them) in
configs/experiments/neuromodulation/, which begins with `from: brain.yaml` and says under
`experiment` what is asked, and a module here of the same name, with _ for -. The module has

    ABOUT                one line for --list
    SEEDS                seeds that are run, as 1..10; tune on 1000 and more
    ARMS                 {label: settings}, the labels of `experiment` among them; settings:
                         ["PATH=VALUE", ...] as of phasic run --set; or (configuration, settings)
                         where there are several; settings may be a function of (seed, runs) that
                         reads earlier arms, runs[label][seed], see `played`
    measure(run)         the primary measure of one run, an experiments.Arm; or
    values(runs)         {label: [numbers, one a seed]} where it takes several arms; runs as for
                         figure
    OWN                  labels of values that `experiment` names and that are no arms (may be
                         missing)
    figure(runs, picture)    draws into the path; runs: {label: [Arm, one a seed]}
    also(run)            {name: number}: told beside it, arm by arm, not tested (may be missing)
    published(runs)      [experiments.Measure]: figures that are published, held against what was
                         found; runs as for figure (may be missing)
    BASE                 the configuration from which keys are told to differ, where the model is
                         one of its own and not brain.yaml (may be missing)
    LEAK                 Leak(chance): one more arm, whose reward does not depend on the answer and
                         whose share right must be chance (may be missing)
    NOTE                 what is to be said: why a claim is missed, what was assumed (may be
                         missing)

`readers` reads runs, `arms_figure` draws panels of arms, `learning_rate` fits choices.
scripts/reproduce NAME runs what is missing, compares, and writes the section of the results."""
import numpy as np

from ... import readers, resolved


def trials_of(run, phase=None):
    """Trials of a run, or of one of its phases."""
    with run.open() as opened:
        return readers.trials(opened, phase)


class Leak:
    """The arm that finds out whether anything but reward tells the answer.

    chance: share right without knowledge; within: what may differ; settings: of the arm"""

    LABEL = "reward independent"

    def __init__(self, chance, within=0.1, settings=("task.reward=independent",)):
        self.chance, self.within, self.settings = chance, within, list(settings)

    def measure(self, run):
        """Share right among trials with a choice of the model's own."""
        trials = trials_of(run)
        return float(np.mean(trials["correct"][trials["action"] >= 0]))


def played(label, settings=(), shift=None):
    """Settings of an arm that hears the modulators of another seed's run of `label`: the same
    release, not contingent on what it does itself. shift: "2 s", later; "-1 s", earlier."""
    def of(seed, runs):
        seeds = list(runs[label])
        other = seeds[(seeds.index(seed) + 1) % len(seeds)]
        words = list(settings) + ["neuromodulation.broadcast=yoked",
                                  f"neuromodulation.yoked={runs[label][other].path('run.h5')}"]
        return words + ([f"neuromodulation.shift={shift}"] if shift else [])
    return of


def number(text):
    """Of a quantity: "4.5 Hz" is 4.5; what has no unit as it is."""
    return float(str(text).split()[0])


def cleared(settings, level):
    """What is taken up and lost at a level, nM/s."""
    uptake = settings["uptake"]
    return (number(uptake["V_max"]) * level / (number(uptake["K_m"]) + level) +
            number(settings["loss"]) * level)


def mean_within(opened, time, level, phases):
    """Mean of a level in these phases; None: in the whole run."""
    spans = [(begin, end) for name, begin, end, _ in opened.phases()
             if phases is None or name in phases]
    return np.mean(np.concatenate([level[(time > begin) & (time <= end)] for begin, end in spans]))


def held(label, transmitter, region, phases, within=None):
    """Settings of an arm in which a transmitter is clamped in these phases, at the mean level that
    the same seed's run of `label` had in the region (in the phases `within`): as much of it, but no
    change. The configuration has the clamp, as interventions.clamped, and a phase before these:
    the tone of the first is what receptors compare with."""
    def of(seed, runs):
        run = runs[label][seed]
        settings = resolved.of_run(run.folder)["neuromodulation"]["transmitters"][transmitter]
        with run.open() as opened:
            time, level = readers.concentration(opened, transmitter, region)
            mean = mean_within(opened, time, level, within)
        more = cleared(settings, mean) / cleared(settings, level[0])
        return clamped(transmitter, phases, number(settings["tonic_rate"]) * more)
    return of


def clamped(transmitter, phases, rate):
    """Settings by which a transmitter is clamped in these phases at the level of a tonic rate."""
    key = f"neuromodulation.transmitters.{transmitter}.tonic_rate"
    return [f"interventions.clamped.phases=[{', '.join(phases)}]"] + [
        f"phases.{phase}.set={{{key}: {rate:.4f} Hz}}" for phase in phases]


def rate_at(run, transmitter, region, level):
    """The tonic rate, Hz, that keeps a level, nM, in a region, by the run's own uptake; of a
    transmitter whose release no receptor moves. (`held` takes the run's first level for that of its
    tonic rate, which is as good where a transmitter is taken up slowly.)"""
    settings = resolved.of_run(run.folder)["neuromodulation"]["transmitters"][transmitter]
    released = number(settings["release"]) * float(settings["innervation"][region])
    return cleared(settings, level) / released
