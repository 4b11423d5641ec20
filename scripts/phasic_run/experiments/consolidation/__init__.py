# SPDX-License-Identifier: Apache-2.0
"""Experiments on consolidation that compare arms over seeds: modules as those of neuromodulation/,
whose configurations lie in configs/experiments/consolidation/."""
