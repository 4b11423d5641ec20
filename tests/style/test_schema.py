# SPDX-License-Identifier: Apache-2.0
"""docs/phasic.schema.json is what `phasic schema` says; each configuration and region names its
schema in its first line and is accepted by it; a wrong key, unit or word is refused."""
import glob
import json
import os
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as error:
    print("skipped: no %s here (python3-jsonschema, python3-yaml)" % error.name)
    sys.exit(77)

SOURCE, PHASIC = os.environ["SOURCE_DIR"], os.environ["PHASIC"]
DOCS = os.path.join(SOURCE, "docs")


class Loader(yaml.SafeLoader):
    """YAML 1.2, as editors and phasic read it: `on` is a word, 1e3 a number."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"^(true|false)$", "tf"), ("null", r"^(~|null|)$", ["~", "n", ""]),
        ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("float", r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$", "-+.0123456789")):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))


def load(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader)


def validator(path):
    """Of a schema's file; others are named relative to it."""
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    resolver = jsonschema.RefResolver("file://" + os.path.abspath(path), schema)
    return jsonschema.Draft7Validator(schema, resolver=resolver)


printed = subprocess.run([PHASIC, "schema"], capture_output=True, text=True, check=True).stdout
with open(os.path.join(DOCS, "phasic.schema.json"), encoding="utf-8") as committed:
    if committed.read() != printed:
        sys.exit("FAILED: docs/phasic.schema.json is not what the tables say: "
                 "phasic schema >docs/phasic.schema.json")

failed, accepted = 0, 0
shipped = sorted(path for folder in ("configs", "regions")
                 for path in glob.glob("%s/%s/**/*.yaml" % (SOURCE, folder), recursive=True))
assert len(shipped) > 60, shipped
validators = {}
for path in shipped:
    name = os.path.relpath(path, SOURCE)
    with open(path, encoding="utf-8") as file:
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n$", file.readline())
    if not named:
        print("FAILED %s: its first line does not name a schema of docs/ (see configs/quickstart.yaml)"
              % name)
        failed += 1
        continue
    schema = os.path.normpath(os.path.join(os.path.dirname(path), named.group(1)))
    assert os.path.dirname(schema) == DOCS, (name, schema)
    if schema not in validators:
        validators[schema] = validator(schema)
    errors = sorted(validators[schema].iter_errors(load(path)), key=lambda e: list(map(str, e.path)))
    for error in errors[:3]:
        print("FAILED %s: %s: %s" % (name, ".".join(map(str, error.path)), error.message[:200]))
    failed += bool(errors)
    accepted += not errors
assert len(validators) == 3, sorted(validators)

# What an editor is to mark: each of these differs from a good one by one value.
good = load(os.path.join(SOURCE, "tests/negative/one_neuron.yaml"))
whole = validators[os.path.join(DOCS, "phasic.schema.json")]
assert not list(whole.iter_errors(good))
REFUSED = (("simulation", "resolutoin", "0.1 ms"), ("simulation", "resolution", "0.1 mV"),
           ("simulation", "resolution", 0.1), ("simulation", "seed", 1.5), ("simulation", "seed", -1),
           ("neuromodulation", "broadcast", "everywhere"), ("recording", "spikes", {"populations": 3}),
           ("task", "type", "digit"), ("task", "images", "x"))
for key, below, value in REFUSED:
    bad = json.loads(json.dumps(good))
    bad.setdefault(key, {})[below] = value
    if key == "task" and below != "type":
        bad[key]["type"] = "bandit"
    if not list(whole.iter_errors(bad)):
        print("FAILED: %s.%s: %r is accepted" % (key, below, value))
        failed += 1
print("%d files accepted, %d failures" % (accepted, failed))
sys.exit(bool(failed))
