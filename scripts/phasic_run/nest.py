# SPDX-License-Identifier: Apache-2.0
"""Figures of NEST 3.10 for the microcircuit of Potjans & Diesmann (2014), from the authors' model
(INM-6/microcircuit-PD14-model) at full scale: means of two seeds over 2 s after 0.5 s. NEST: M.-O.
Gewaltig, M. Diesmann, Scholarpedia 2(4):1430 (2007)."""

POPULATIONS = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
WARM_UP_MS, WINDOW_MS, SEEDS = 500.0, 2000.0, 2

RATE_HZ = {"poisson": [0.907, 2.959, 4.391, 5.868, 7.485, 8.615, 1.105, 7.820],
           "dc": [0.937, 2.978, 4.180, 5.702, 7.998, 8.471, 1.095, 7.644]}
CV = {"poisson": [0.597, 0.672, 0.697, 0.720, 0.716, 0.692, 0.627, 0.693],
      "dc": [0.602, 0.666, 0.674, 0.694, 0.686, 0.649, 0.620, 0.648]}
CORRELATION = {"poisson": [0.0035, 0.0021, 0.0019, 0.0011, 0.0044, 0.0018, 0.0014, 0.0007],
               "dc": [0.0070, 0.0031, 0.0045, 0.0021, 0.0096, 0.0020, 0.0014, 0.0013]}

# Kolmogorov-Smirnov distance of the two seeds' distributions: the range over populations.
KS_RATES, KS_CVS = (0.007, 0.042), (0.009, 0.059)
