# SPDX-License-Identifier: Apache-2.0
"""The rows of scripts/bench: which runs each needs, and what it says of them. A run is a small
entry here: configuration, ranks, threads, options."""
from dataclasses import dataclass, field
from statistics import median

MICRO = "configs/benchmarks/microcircuit.yaml"
POISSON = "configs/benchmarks/microcircuit_poisson.yaml"
COBA = "configs/benchmarks/coba.yaml"
PLASTIC = "configs/benchmarks/plastic.yaml"
BRUNEL = "configs/benchmarks/brunel.yaml"
SMALL = "configs/quickstart.yaml"
MODULATED = "configs/benchmarks/neuromodulators.yaml"
COBA_SECONDS = 10


@dataclass(frozen=True)
class Run:
    """One program run, repeated. `program` is phasic, brian or messages."""
    name: str
    config: str = ""
    ranks: int = 1
    threads: int = 1
    options: tuple = ()
    quick: tuple = ("--until", "1 s")   # more options with --quick
    program: str = "phasic"
    environment: tuple = ()             # (NAME, VALUE) pairs
    once: bool = False                  # too long to be repeated
    seeds: bool = False                 # another seed in each repeat: 1, 2, ...
    copies: bool = False                # its checkpoints are written once more by dd
    watched: bool = False               # phasic watch looks on


@dataclass(frozen=True)
class Row:
    """Runs, and a function from {run name: [figures of each repeat]} to lines of the table."""
    runs: tuple
    lines: object
    doc: str
    plots: str = field(default="")


class Line:
    """One line of the table: a measure with its repeats, perhaps as a ratio to another."""

    def __init__(self, what, values, unit="", aim="", against=None):
        self.what, self.unit, self.aim = what, unit, aim
        self.values = [v for v in values if v is not None]
        self.ratio = None
        if against and self.values and median(against):
            self.ratio = median(self.values) / median(against)

    def cells(self):
        """The cells of the line, as text."""
        if not self.values:
            return [self.what, "not measured", "", "", self.aim]
        low, high = min(self.values), max(self.values)
        spread = f"{number(low)} to {number(high)}" if len(self.values) > 1 else ""
        ratio = f"{self.ratio:.3g}" if self.ratio is not None else ""
        return [self.what, f"{number(median(self.values))} {self.unit}".strip(), spread, ratio,
                self.aim]


def number(value):
    """Three digits, without powers of ten where they can be avoided."""
    return f"{value:.3g}" if 1e-3 <= abs(value) < 1e3 or value == 0 else f"{value:.3e}"


def column(repeats, key):
    """A figure of all repeats."""
    return [summary.get(key) for summary in repeats]


def micro_lines(name, title, aim="", against=None):
    """Lines of one microcircuit run."""
    def lines(data):
        runs = data[name]
        factor = column(runs, "real_time_factor")
        base = column(data[against], "real_time_factor") if against else None
        result = [Line(f"{title}: real-time factor", factor, aim=aim, against=base)]
        if against:
            return result
        delivery = [run.get("delivery") or {} for run in runs]
        kernel = next((d["limit_kernel"] for d in delivery if d.get("limit_kernel")), "no kernel")
        window = delivery[0].get("window")
        scale = [d["per_s"] / 1e9 for d in delivery if d.get("per_s")]
        limit = [d["limit_per_s"] / 1e9 for d in delivery if d.get("limit_per_s")]
        buckets = [d["buckets_per_s"] / 1e9 for d in delivery if d.get("buckets_per_s")]
        threads = f"of one of {runs[0]['ranks'] * runs[0]['threads']} threads"
        return result + [
            Line(f"{title}: build", column(runs, "build_s"), "s", "≤ 10 s"),
            Line(f"{title}: memory", column(runs, "bytes_per_synapse"), "bytes/synapse", "≤ 5"),
            Line(f"{title}: delivery {threads}", scale, "10⁹ events/s"),
            Line(f"{title}: scatter-add limit ({kernel}, window {window}) {threads}", limit,
                 "10⁹ updates/s"),
            Line(f"{title}: the same in buckets at random places", buckets, "10⁹ updates/s"),
            Line(f"{title}: delivery / limit", column(runs, "delivery_limit_share"), "",
                 "≥ 0.75")]
    return lines


def coba_lines(data):
    """phasic against Brian 2: real-time factors and mean rates."""
    lines = []
    for threads in (1, 2):
        ours = [s["simulate_s"] / s["biological_s"] for s in data[f"coba_{threads}"]]
        lines.append(Line(f"COBA, {threads} thread(s): real-time factor of phasic (Runge-Kutta 4)",
                          ours))
        for method, words in (("rk4", "Runge-Kutta 4, the same"), ("euler", "forward Euler")):
            theirs = [s["simulate_s"] / COBA_SECONDS for s in data[f"brian_{method}_{threads}"]]
            aim = "ratio ≥ 5" if method == "rk4" else ""
            lines.append(Line(f"COBA, {threads} thread(s): of Brian 2 C++ ({words}), ratio to "
                              "phasic", theirs, aim=aim, against=ours))
    # Without the beginning of the same run, which Brian's program does not count either. Networks
    # differ by 5 % in rate, so that medians over seeds are compared.
    ours = [(s["spikes"] - b["spikes"]) / s["neurons"] / (s["biological_s"] - b["biological_s"])
            for s, b in zip(data["coba_1"], data["coba_settle"])]
    theirs = [0.8 * s["rate_E"] + 0.2 * s["rate_I"] for s in data["brian_rk4_1"]]
    lines.append(Line("COBA: mean rate in phasic", ours, "Hz"))
    lines.append(Line("COBA: mean rate in Brian 2, ratio to phasic", theirs, "Hz", "within 5 %",
                      against=ours))
    return lines


def plastic_lines(data):
    """Plastic events a second, bytes a synapse."""
    runs, empty = data["plastic"], data["plastic_empty"]
    rest = median(column(empty, "peak_rss_bytes"))
    synapses = runs[0]["synapses"]
    rate = [s["spikes"] / s["neurons"] / s["biological_s"] for s in runs]
    events = [s["plastic_events"] / s["simulate_s"] / 1e6 for s in runs]
    return [Line(f"plastic, {synapses / 1e6:.1f} million stdp_reward synapses, "
                 f"{runs[0]['ranks']} x {runs[0]['threads']}: plastic events", events,
                 "10⁶/s", "≥ 80"),
            Line("plastic: mean rate", rate, "Hz", "about 40"),
            Line("plastic: memory above the network without synapses",
                 [(s["peak_rss_bytes"] - rest) / synapses for s in runs], "bytes/synapse",
                 "≤ 16")]


PLASTICITY = "regions.cortex.projections.E_E.plasticity"
RULES = ("stdp", "stdp_triplet", "stdp_reward", "stdp_reward_rise", "sequential", "istdp", "calcium",
         "stc")
REQUIRED = {"stc": ", h_0: 0.5 pA"}  # parameters without a default
FAST = ("stdp", "stdp_reward")  # whose bars are higher


def with_rule(name, rule, more=""):
    """plastic.yaml with another rule."""
    mapping = f"{{type: {rule}, w_max: 2 pA{REQUIRED.get(rule, '')}{more}}}"
    return Run(name, PLASTIC, 1, 2, ("--set", f"{PLASTICITY}={mapping}", "--until", "0.5 s"))


def events_per_s(runs):
    """Plastic events (presynaptic arrivals at synapses), 10^6 a second."""
    return [s["plastic_events"] / s["simulate_s"] / 1e6 for s in runs]


def rules_lines(data):
    """Speed and memory of each rule."""
    rest = median(column(data["plastic_empty"], "peak_rss_bytes"))
    lines = []
    for rule in RULES:
        runs = data[f"rule_{rule}"]
        lines += [Line(f"{rule}: plastic events", events_per_s(runs), "10⁶/s",
                       "≥ 80" if rule in FAST else "≥ 30"),
                  Line(f"{rule}: memory", [(s["peak_rss_bytes"] - rest) / s["synapses"]
                                           for s in runs], "bytes/synapse",
                       "≤ 16" if rule in FAST else "≤ 24")]
    return lines


# What moves with every beat, in words and as modulation, for stdp_reward and calcium.
MOVED = (("learning_rate, integrated", "stdp_reward", ("learning_rate",)),
         ("A_plus and A_minus, event-sampled", "stdp_reward", ("A_plus", "A_minus")),
         ("gamma_p and gamma_d, event-sampled", "calcium", ("gamma_p", "gamma_d")),
         ("theta_p, segmented", "calcium", ("theta_p",)))


def moved_run(number, rule, parameters):
    """A rule some of whose parameters dopamine moves a little, with every beat."""
    entries = ", ".join(f"{p}: {{receptor: D2, curve: {{gain: 0.01}}}}" for p in parameters)
    return with_rule(f"moved_{number}", rule, f", modulation: {{{entries}}}")


def moved_lines(data):
    """Delivery with a parameter that changes with every beat against constant ones."""
    return [Line(f"{rule}: delivery with {words}, that changes every beat, ratio to constant",
                 [s["stages_s"]["deliver"] for s in data[f"moved_{i}"]], "s",
                 "" if "segmented" in words else "ratio < 1.03",
                 against=[s["stages_s"]["deliver"] for s in data[f"rule_{rule}"]])
            for i, (words, rule, _) in enumerate(MOVED)]


def plastic_large_lines(data):
    """The raw memory figure of many plastic synapses."""
    runs = data["plastic_large"]
    return [Line(f"plastic, {runs[0]['synapses'] / 1e6:.0f} million synapses: memory in all",
                 column(runs, "bytes_per_synapse"), "bytes/synapse"),
            Line("plastic, the same: plastic events",
                 [s["plastic_events"] / s["simulate_s"] / 1e6 for s in runs], "10⁶/s")]


CHECKPOINT_LAYOUTS = ((1, 1), (1, 2), (2, 1))


def checkpoint_run(ranks, threads):
    """A run of 40 million plastic synapses that writes six checkpoints."""
    return Run(f"checkpoint_{ranks}x{threads}", PLASTIC, ranks, threads,
               ("--set", "regions.cortex.projections.E_E.connect.indegree=4000",
                "--set", "checkpoint.interval=50 ms", "--set", "checkpoint.clock=biological",
                "--until", "0.4 s"), quick=(), copies=True)


def checkpoint_lines(data):
    """How long a run stands still for a checkpoint, against dd; how large it is."""
    lines = []
    for ranks, threads in CHECKPOINT_LAYOUTS:
        runs = data[f"checkpoint_{ranks}x{threads}"]
        size = median(column(runs, "checkpoint_bytes"))
        still = column(runs, "checkpoint_s")
        lines += [Line(f"checkpoint of {size / 1e6:.0f} MB, {ranks} x {threads}: the run stands "
                       "still for", still, "s"),
                  Line("the same bytes by dd with fsync, ratio to that", column(runs, "dd_s"), "s",
                       "ratio ≥ 0.5", against=still)]
    return lines + [Line("checkpoint: size", [s["checkpoint_bytes"] / s["synapses"] for s in runs],
                         "bytes/synapse", "≤ 20")]


def watch_lines(data):
    """A run with phasic watch beside it against one without, on the same cores."""
    lines = []
    for threads in (1, 2):
        alone = column(data[f"alone_{threads}"], "simulate_s")
        lines += [Line(f"quickstart, 1 x {threads}: time", alone, "s"),
                  Line(f"the same with phasic watch, 1 x {threads}: ratio",
                       column(data[f"watched_{threads}"], "simulate_s"), "s", "ratio ≤ 1.01",
                       against=alone),
                  Line(f"processor time of phasic watch, 1 x {threads}, of one core's",
                       column(data[f"watched_{threads}"], "watch_share"), aim="≤ 0.01")]
    return lines


def oversubscribed_lines(data):
    """Eight ranks of two threads on few cores against two ranks."""
    base = column(data["small_2x1"], "simulate_s")
    return [Line("small brain, 2 x 1: time", base, "s"),
            Line("small brain, 8 x 2 on these cores: time, ratio to 2 x 1",
                 column(data["small_8x2"], "simulate_s"), "s", "ratio ≤ 3", against=base)]


PLASTIC_TRACTS = ("cortex_striatum_D1", "cortex_striatum_D2", "cortex_striosome")


def modulated_run(name, *settings):
    """The brain with four transmitters on 4 ranks; it hardly learns, so that all fire alike."""
    still = [f"tracts.{tract}.plasticity.learning_rate=1e-9 /s" for tract in PLASTIC_TRACTS]
    options = [text for setting in still + list(settings) for text in ("--set", setting)]
    return Run(name, MODULATED, 4, 1, tuple(options) + ("--until", "10 s"), quick=())


CONSTANT = ("neuromodulation.transmitters={}",) + \
    tuple(f"tracts.{tract}.plasticity.modulation={{}}" for tract in PLASTIC_TRACTS)


def neuromodulators_lines(data):
    """What the whole layer costs against constant parameters."""
    on, off = data["modulated"], data["constant"]
    return [Line("four neuromodulators, 5 regions, 9 receptors, 4 ranks: processor time, ratio to "
                 "constant parameters", column(on, "cpu_s"), "s", "ratio ≤ 1.02",
                 against=column(off, "cpu_s")),
            Line("the same: wall time", column(on, "simulate_s"), "s",
                 against=column(off, "simulate_s")),
            Line("the same: rate of all neurons, ratio to constant parameters",
                 [s["spikes"] / s["neurons"] / s["biological_s"] for s in on], "Hz", "",
                 against=[s["spikes"] / s["neurons"] / s["biological_s"] for s in off])]


LATENCY_RANKS = (2, 4, 8)
TRANSPORTS = (("shared memory", "vader", "self,vader"), ("TCP", "tcp", "self,tcp"))


def latency_lines(data):
    """Exchange and allreduce by ranks and transport; the floor of 10,000 exchanges a second."""
    lines = []
    for words, short, _ in TRANSPORTS:
        for ranks in LATENCY_RANKS:
            groups = [s["groups"][-1] for s in data[f"messages_{short}_{ranks}"]]
            exchange = [g["exchange_us"] for g in groups]
            lines.append(Line(f"exchange, each of {ranks} ranks to each, {words}", exchange, "µs",
                              f"floor of 10,000 a second: real-time factor "
                              f"{number(median(exchange) * 1e-2)}"))
            lines.append(Line(f"allreduce of 128 bytes, {ranks} ranks, {words}",
                              [g["allreduce_us"]["128"] for g in groups], "µs"))
    return lines


SIZES = (1000, 3000, 10000, 30000, 100000, 300000)  # neurons, of 1000 synapses each


def scaling_lines(data):
    """Cost against synaptic events."""
    lines = []
    for size in SIZES:
        runs = data[f"size_{size}"]
        per_event = [1e9 * s["simulate_s"] / s["synaptic_events"] for s in runs]
        lines.append(Line(f"balanced random network, {runs[0]['synapses'] / 1e6:.3g} million "
                          "synapses: wall time", per_event, "ns/synaptic event"))
    return lines


def brian(method, threads):
    """A run of Brian's program, with float state as phasic has."""
    return Run(f"brian_{method}_{threads}", threads=threads, program="brian",
               options=("--method", method, "--single"))


DC = Run("dc", MICRO, 1, 2)
PLASTIC_EMPTY = ("--set", "regions.cortex.projections.E_E.connect={type: pairwise_bernoulli, p: 0}")
PLASTIC_NONE = Run("plastic_empty", PLASTIC, 1, 2, PLASTIC_EMPTY + ("--until", "0.1 s"), quick=())
ROWS = {
    "microcircuit": Row((DC,), micro_lines("dc", "microcircuit DC, 1 x 2", "≤ 0.75"),
                        "DC drive, 1 rank x 2 threads: time, build, memory, delivery"),
    "ranks": Row((DC, Run("dc_2x1", MICRO, 2, 1)),
                 micro_lines("dc_2x1", "microcircuit DC, 2 x 1, ratio to 1 x 2", "ratio ≤ 1.15",
                             "dc"), "the same on 2 ranks x 1 thread"),
    "poisson": Row((DC, Run("poisson", POISSON, 1, 2)),
                   micro_lines("poisson", "microcircuit Poisson, 1 x 2, ratio to DC",
                               "ratio ≤ 2", "dc"), "Poisson drive"),
    "recorded": Row((DC, Run("recorded", MICRO, 1, 2,
                             ("--set", "recording.spikes.populations=all"))),
                    micro_lines("recorded", "microcircuit DC, all spikes recorded, ratio to none",
                                "ratio ≤ 1.05", "dc"), "all spikes recorded"),
    "coba": Row((Run("coba_settle", COBA, options=("--until", "0.2 s"), seeds=True),) +
                tuple(run for t in (1, 2) for run in
                      (Run(f"coba_{t}", COBA, 1, t, quick=("--until", "2.2 s"), seeds=True),
                       brian("rk4", t), brian("euler", t))),
                coba_lines, "the COBA network beside Brian 2 (python3-brian)"),
    "plastic": Row((Run("plastic", PLASTIC, 1, 2, quick=("--until", "0.2 s")),
                    PLASTIC_NONE), plastic_lines, "dopamine-gated plasticity"),
    "plastic_large": Row((Run("plastic_large", PLASTIC, 1, 2,
                              ("--set", "regions.cortex.projections.E_E.connect.indegree=6000",
                               "--until", "0.2 s"), quick=(), once=True),),
                         plastic_large_lines, "60 million plastic synapses: raw memory"),
    "rules": Row(tuple(with_rule(f"rule_{rule}", rule) for rule in RULES) +
                 (PLASTIC_NONE,), rules_lines, "each plasticity rule: events a second, memory"),
    "moved": Row(tuple(with_rule(f"rule_{rule}", rule)
                       for rule in ("stdp_reward", "calcium")) +
                 tuple(moved_run(i, rule, parameters)
                       for i, (_, rule, parameters) in enumerate(MOVED)), moved_lines,
                 "what a modulator costs that changes with every beat"),
    "neuromodulators": Row((modulated_run("modulated"), modulated_run("constant", *CONSTANT)),
                           neuromodulators_lines, "what four neuromodulators cost on 4 ranks"),
    "checkpoint": Row(tuple(checkpoint_run(*layout) for layout in CHECKPOINT_LAYOUTS),
                      checkpoint_lines, "a checkpoint of 40 million plastic synapses beside dd"),
    "watch": Row(tuple(Run(f"{name}_{threads}", SMALL, 1, threads, ("--until", "120 s"),
                           watched=name == "watched")
                       for threads in (1, 2) for name in ("alone", "watched")),
                 watch_lines, "what it costs a run that phasic watch looks on"),
    "oversubscribed": Row((Run("small_2x1", SMALL, 2, 1, ("--until", "5 s")),
                           Run("small_8x2", SMALL, 8, 2, ("--until", "5 s"))),
                          oversubscribed_lines, "8 ranks x 2 threads on the cores there are"),
    "latency": Row(tuple(Run(f"messages_{short}_{ranks}", ranks=ranks, program="messages",
                             environment=(("OMPI_MCA_btl", btl),))
                         for _, short, btl in TRANSPORTS for ranks in LATENCY_RANKS),
                   latency_lines, "messages by number of ranks, shared memory and TCP"),
    "scaling": Row(tuple(Run(f"size_{size}", BRUNEL, 1, 2,
                             ("--set", f"regions.cortex.populations.E.size={size * 8 // 10}",
                              "--set", f"regions.cortex.populations.I.size={size * 2 // 10}",
                              "--until", "1.2 s"), once=size > 100000) for size in SIZES),
                   scaling_lines, "cost from 1 to 300 million synapses, with a plot", "scaling"),
}
