# SPDX-License-Identifier: Apache-2.0
"""Reading the folder of a run, and what scripts/report and scripts/sweep make of it."""
