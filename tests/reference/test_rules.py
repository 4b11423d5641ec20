# SPDX-License-Identifier: Apache-2.0
"""Plasticity rules between given trains: against weights that NEST computed (within 1e-4 of what
they move; dopamine 2e-3), and against their equations in Brian 2 on random trains (within 1e-4 of
w_max)."""
import sys

import rules_brian
import rules_nest

right = rules_nest.check() + rules_brian.check()
print("%d checks, %d failed" % (len(right), len(right) - sum(right)))
sys.exit(not all(right))
