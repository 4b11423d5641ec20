# SPDX-License-Identifier: Apache-2.0
"""Spikes of a run for other tools: as arrays, or as Neo objects, which Elephant takes.

    from phasic_run.trains import segment
    print(segment("out/quickstart").spiketrains[0])
"""
import numpy as np

from .run import Run


def arrays(folder):
    """{population: (times in ms, ids within the population)} of all recorded spikes."""
    with Run(folder) as run:
        return {name: run.spikes(name, -np.inf, np.inf) for name, _, _ in run.populations()
                if run.spikes_file is not None and name in run.spikes_file["spikes"]}


def segment(folder):
    """A neo.Segment with a SpikeTrain for each neuron, silent ones too; needs python3-neo. The
    train's annotations name its population and its node id."""
    import neo
    with Run(folder) as run:
        sizes = {name: size for name, _, size in run.populations()}
        begin, end = run.begin_ms(), run.end_ms()
    made, trains = neo.Segment(name=folder), arrays(folder)
    # Neo refuses a spike behind the end: that of the last step may be, by a rounding error.
    end = max([end, *(times[-1] for times, _ in trains.values() if len(times))])
    for name, (times, ids) in trains.items():
        order = np.argsort(ids, kind="stable")  # times of each neuron stay in order
        n = sizes[name] or int(ids.max(initial=-1)) + 1
        edges = np.searchsorted(ids[order], np.arange(n + 1, dtype=ids.dtype))
        for node in range(n):
            own = times[order[edges[node]:edges[node + 1]]]
            made.spiketrains.append(neo.SpikeTrain(own, units="ms", t_start=begin, t_stop=end,
                                                   population=name, node_id=node))
    return made
