# SPDX-License-Identifier: Apache-2.0
"""Where the program is: in the tree's build, or beside an installed share/phasic."""
import os
import shutil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def default_program():
    """$PHASIC; build/phasic within the tree; bin/phasic of the same installation; or on the PATH."""
    if os.environ.get("PHASIC"):
        return os.environ["PHASIC"]
    if os.path.exists(os.path.join(ROOT, "CMakeLists.txt")):
        return "build/phasic"
    installed = os.path.normpath(os.path.join(ROOT, "../../bin/phasic"))
    return installed if os.path.exists(installed) else shutil.which("phasic") or "phasic"


def missing(program):
    """What to say where there is no such program; None where there is one."""
    if shutil.which(program):
        return None
    return f"there is no program {program}: build it (README), or name it with --program"
