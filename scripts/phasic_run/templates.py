# SPDX-License-Identifier: Apache-2.0
"""Job templates: scripts that run as they are, in which directives of the scheduler and variables
are replaced, line by line; all else stays as its author wrote it."""
import re
import shlex


class Template:
    """The text of a job script."""

    def __init__(self, text):
        self.lines = text.splitlines()

    def text(self):
        """The script."""
        return "\n".join(self.lines) + "\n"

    def _replace(self, pattern, line):
        """Replace the one line that matches; whether there was one."""
        for i, old in enumerate(self.lines):
            if re.match(pattern, old):
                self.lines[i] = line
                return True
        return False

    def _insert(self, line):
        """Add a directive behind the last one of its kind."""
        prefix = line.split()[0]
        last = max(i for i, old in enumerate(self.lines) if old.startswith(prefix + " "))
        self.lines.insert(last + 1, line)

    def directive(self, line):
        """Set a directive: #SBATCH --key=value, #PBS -l key=value, #BSUB -k value."""
        words = line.split(None, 2)
        key = re.escape(words[1].partition("=")[0])
        if words[0] == "#SBATCH":
            pattern = rf"#SBATCH\s+{key}(=|\s|$)"
        elif len(words) > 2 and "=" in words[2]:
            pattern = rf"{words[0]}\s+{key}\s+{re.escape(words[2].partition('=')[0])}="
        else:
            pattern = rf"{words[0]}\s+{key}(\s|$)"
        if not self._replace(pattern, line):
            self._insert(line)

    def variable(self, name, value):
        """Set a variable: a text, or a list for an array. One that is not there is an error."""
        if isinstance(value, (list, tuple)):
            shown = "(" + " ".join(quoted(v) for v in value) + ")"
        else:
            shown = quoted(value)
        if not self._replace(rf"{name}=", f"{name}={shown}"):
            raise KeyError(name)


def quoted(value):
    """A word of the shell."""
    return shlex.quote(str(value))
