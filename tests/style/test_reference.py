# SPDX-License-Identifier: Apache-2.0
"""configs/reference.yaml is what `phasic reference` says; it is a valid configuration; every key and
type that `phasic explain` knows stands in it, and words that completion offers are explained."""
import os
import re
import subprocess
import sys

SOURCE, PHASIC = os.environ["SOURCE_DIR"], os.environ["PHASIC"]


def phasic(*words):
    return subprocess.run([PHASIC, *words], capture_output=True, text=True, check=True).stdout


path = os.path.join(SOURCE, "configs/reference.yaml")
with open(path, encoding="utf-8") as file:
    text = file.read()
_, body = text.split("\n", 1)
if body != phasic("reference"):
    sys.exit("FAILED: configs/reference.yaml is not what the tables say: "
             "(sed 1q configs/quickstart.yaml; phasic reference) >configs/reference.yaml")
phasic("check", path)
words = re.search(r"_phasic_keys='([^']*)'", phasic("completion")).group(1).split()
assert len(words) > 500, len(words)
keys = set(re.findall(r"^#? *([A-Za-z_]\w*):", text, re.M))
types = set(re.findall(r"^#? *type: (\w+)", text, re.M))
missing = [word for word in words
           if word.rsplit(".", 1)[-1] not in keys and word not in types]
assert not missing, missing
for word in words[::10]:
    phasic("explain", word)


def refused(word):
    """What explain says of a word that is no key."""
    done = subprocess.run([PHASIC, "explain", word], capture_output=True, text=True, check=False)
    assert done.returncode == 2, (word, done.returncode)
    return done.stderr


assert "phasic explain simulation.seed" in refused("seed"), refused("seed")
assert "did you mean 'weight'" in refused("tracts.weigth"), refused("tracts.weigth")
assert "there is no key or type 'nonsense'" in refused("nonsense"), refused("nonsense")
assert "scale" in phasic("explain", "regions.hippocampus")  # a user's name: what stands below it
print("%d keys and types" % len(words))
