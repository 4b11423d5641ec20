# SPDX-License-Identifier: Apache-2.0
"""scripts/bench without a run: what its rows make of figures that are worked out by hand here."""
import os
import subprocess
import sys

SOURCE = os.environ["SOURCE_DIR"]
sys.path.insert(0, os.path.join(SOURCE, "scripts"))
from phasic_run import bench_rows as rows  # noqa: E402


def cells(name, data):
    return [line.cells() for line in rows.ROWS[name].lines(data)]


# Repeats at 9, 1 and 2 times real time: the median is 2, the mean would be 4.
base = [{"real_time_factor": f} for f in (9, 1, 2)]
assert cells("ranks", {"dc": base, "dc_2x1": [{"real_time_factor": 2.2}]})[0] == [
    "microcircuit DC, 2 x 1, ratio to 1 x 2: real-time factor", "2.2", "", "1.1", "ratio ≤ 1.15"]

# 100 bytes a synapse of the network go with the neurons; 1,000 synapses take 16 bytes each.
plastic = {"plastic_empty": [{"peak_rss_bytes": 100000}],
           "plastic": [{"peak_rss_bytes": 116000, "synapses": 1000, "spikes": 800, "neurons": 10,
                        "biological_s": 2, "simulate_s": 4, "plastic_events": 320000000,
                        "ranks": 1, "threads": 2}]}
got = cells("plastic", plastic)
assert [line[1] for line in got] == ["80 10⁶/s", "40 Hz", "16 bytes/synapse"], got

# Spikes of the beginning do not count: (4000 - 400) / 10 neurons / 9 s = 40 Hz; Brian 0.8 E + 0.2 I.
ours = {"simulate_s": 1, "biological_s": 10, "spikes": 4000, "neurons": 10}
theirs = {"simulate_s": 5, "rate_E": 45, "rate_I": 20}
coba = {"coba_settle": [{"spikes": 400, "neurons": 10, "biological_s": 1}]}
for threads in (1, 2):
    coba[f"coba_{threads}"] = [ours]
    coba[f"brian_rk4_{threads}"] = coba[f"brian_euler_{threads}"] = [theirs]
got = cells("coba", coba)
assert got[0][1] == "0.1" and got[1][1] == "0.5" and got[1][3] == "5", got
assert got[-2][1] == "40 Hz" and got[-1][1] == "40 Hz" and got[-1][3] == "1", got

# 2.04 s of processor time against 2: the layer costs 2 %; both fire 8 spikes / 2 / 2 s = 2 Hz.
run = {"simulate_s": 3, "spikes": 8, "neurons": 2, "biological_s": 2}
got = cells("neuromodulators", {"modulated": [dict(run, cpu_s=s) for s in (9, 2.04, 2)],
                                "constant": [dict(run, cpu_s=2.0)]})
assert got[0][1] == "2.04 s" and [line[3] for line in got] == ["1.02", "1", "1"], got

# A limit that was not measured is said to be so, and is no zero.
dc = {"real_time_factor": 1, "build_s": 2, "bytes_per_synapse": 4.5, "delivery_limit_share": None,
      "ranks": 1, "threads": 2, "delivery": {"per_s": 1e9, "limit_per_s": None, "window": 9}}
got = cells("microcircuit", {"dc": [dc]})
assert got[-1][1] == "not measured" and got[2][1] == "4.5 bytes/synapse", got

# Every run of a row has one meaning wherever it is named.
named = {}
for row in rows.ROWS.values():
    for run in row.runs:
        assert named.setdefault(run.name, run) == run, run

unknown = subprocess.run(["sh", os.path.join(SOURCE, "scripts/bench"), "micro"],
                         stderr=subprocess.PIPE, text=True, check=False)
assert unknown.returncode == 2 and "there is no row 'micro'" in unknown.stderr, unknown
print("rows agree with figures worked out by hand")
