"""Which rules of the catalogue are shown: by state, field of life, place and words."""

from __future__ import annotations

from typing import NamedTuple

from app.web.catalogue.rows import VersionLine
from behaviours.rules.in_force import ProgrammeRulebook

Groups = list[tuple[str, list[VersionLine]]]


class Choice(NamedTuple):
    """What was chosen; empty is every one."""

    state: str
    category: str
    region: str
    words: str


def chosen_of(groups: Groups, rulebook: ProgrammeRulebook, choice: Choice) -> Groups:
    """The groups with what was chosen of them; a group of which nothing was is left out."""
    found = [
        (category, [row for row in rows if _is_chosen(row, rulebook, choice)])
        for category, rows in groups
        if choice.category in ("", category)
    ]
    return [(category, rows) for category, rows in found if rows]


def _is_chosen(row: VersionLine, rulebook: ProgrammeRulebook, choice: Choice) -> bool:
    if choice.state not in ("", row["state"]):
        return False
    version = rulebook.version(row["code"], row["version"])
    if choice.region and not version.validity.covers(choice.region):
        return False
    said = " ".join((*row["titles"].values(), row["label"], row["behaviour"])).lower()
    return choice.words.strip().lower() in said
