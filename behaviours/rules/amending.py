"""Amending: a version that says only in what it differs from an earlier one of the same rule.

The document that comes of it is whole: its digest, its export and its page are those of a document
in which everything was written out.
"""

from __future__ import annotations

from functools import partial

from behaviours.document import Faults, Part, Tree, ValueLines
from behaviours.rules.building import FIELDS

AMENDS = "amends"
# What tells one rule from another stays; the version and its days are always said anew.
KEPT = ("code", "behaviour")
NEEDED = (AMENDS, "version", "in_force")
# Of these the named members are added or replaced; any other field is replaced whole.
BY_NAME = ("quantities", "evidence", "keys", "parameters", "sources")


def is_amendment(root: Part) -> bool:
    """Whether a document amends another one."""
    return root.has(AMENDS)


def amended(change: Part, earlier: Part) -> Part:
    """The whole document of a change to an earlier one; DocumentError at the change's own lines.

    What is wrong with a part that was taken over is named at the line that takes it over.
    """
    faults = Faults()
    read = change.noting(faults)
    read.only(AMENDS, *(name for name in FIELDS if name not in KEPT))
    for name in NEEDED:
        read.at(name)
    faults.check()
    assert isinstance(change.value, dict)
    assert isinstance(earlier.value, dict)
    tree: dict[str, Tree] = {**earlier.value}
    for name, value in change.value.items():
        if name == AMENDS:
            continue
        before = tree.get(name)
        if name in BY_NAME and isinstance(value, dict) and isinstance(before, dict):
            tree[name] = {**before, **value}
        else:
            tree[name] = value
    lines = ValueLines(partial(_lines, change.origin.lines, earlier.origin.lines))
    return Part(tree, change.origin._replace(lines=lines))


def _lines(change: ValueLines, earlier: ValueLines) -> dict[str, int]:
    """Those of the change, and its line that takes the other over for all that is not in it."""
    amends = f".{AMENDS}"
    found = dict.fromkeys(earlier.found, change.found[amends])
    return found | {path: line for path, line in change.found.items() if path != amends}
