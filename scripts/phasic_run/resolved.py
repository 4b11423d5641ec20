# SPDX-License-Identifier: Apache-2.0
"""Configurations as phasic resolves them (OUT/config.yaml, `phasic check --resolved`), and the keys
in which two of them differ. What is read is the block style that phasic writes, no other YAML."""
import re
import subprocess

from .run import RunError

_ESCAPE = re.compile(r"\\(x[0-9A-F]{2}|u[0-9A-F]{4}|.)")
_SHORT = {"N": "\x85", "L": "\u2028", "P": "\u2029"}
_SPECIAL = re.compile(r"[\[\]{},]|: |^$")


def _unescape(match):
    code = match[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _SHORT.get(code, code)


def _scalar(text):
    """A scalar's text, without its quotes."""
    return _ESCAPE.sub(_unescape, text[1:-1]) if text.startswith('"') else text


def _split(content):
    """'key: rest' as (key, rest)."""
    if content.startswith('"'):
        end = re.match(r'"(?:\\.|[^"\\])*"', content).end()
    else:
        end = re.search(r":(?: |$)", content).start()
    return _scalar(content[:end]), content[end + 1:].strip()


def _block(lines, i, depth):
    """The mapping or list whose lines begin at i with this indent. @return (value, next line)"""
    is_list = re.match(r"-( |$)", lines[i][1]) is not None
    value = [] if is_list else {}
    while i < len(lines) and lines[i][0] == depth:
        key, rest = (None, lines[i][1][1:].strip()) if is_list else _split(lines[i][1])
        i += 1
        if rest in ("[]", "{}"):
            item = [] if rest == "[]" else {}
        elif not rest and i < len(lines) and lines[i][0] > depth:
            item, i = _block(lines, i, lines[i][0])
        else:
            item = _scalar(rest)
        if is_list:
            value.append(item)
        else:
            value[key] = item
    return value, i


def parse(text):
    """Nested dicts and lists of texts."""
    lines = [(len(line) - len(line.lstrip(" ")), line.strip(" "))
             for line in text.split("\n") if line.strip()]
    return _block(lines, 0, 0)[0] if lines else {}


def of_run(folder):
    """The configuration of a run."""
    with open(f"{folder}/config.yaml", encoding="utf-8") as file:
        return parse(file.read())


def of_file(path, program):
    """A configuration file as phasic resolves it."""
    made = subprocess.run([program, "check", path, "--resolved"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    if made.returncode != 0:
        raise RunError(made.stderr.strip() or f"{path}: cannot be read")
    return parse(made.stdout)


def flow(value):
    """A value on one line, as it may stand behind --set."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return f'"{value}"' if _SPECIAL.search(value) else value


def opened(old, news):
    """A default that has an empty mapping where it had nothing and these configurations have
    mappings that are not the same: what differs is then told key by key, and what they share once."""
    if not all(isinstance(new, dict) for new in news) or all(new == news[0] for new in news[1:]):
        return old
    if old is None and not any("type" in new for new in news):
        old = {}
    if not isinstance(old, dict):
        return old
    inner = {key: opened(old.get(key), [new[key] for new in news])
             for key in news[0] if all(key in new for new in news)}
    return old | {key: value for key, value in inner.items() if value is not None}


def differences(old, new, path=""):
    """{path: (old, new)} of what differs, as text on one line; None: not there. A mapping that is
    there on one side alone, or is of another type, is one difference."""
    both = isinstance(old, dict) and isinstance(new, dict)
    if not both or (path and old.get("type") != new.get("type")):
        return {} if old == new else {path: tuple(None if v is None else flow(v)
                                                  for v in (old, new))}
    found = {}
    for key in list(new) + [key for key in old if key not in new]:
        found.update(differences(old.get(key), new.get(key), f"{path}.{key}" if path else key))
    return found
