"""The versions of a rule as lanes over months, with the sentence that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from markupsafe import Markup

from app.messages.catalogues import text
from app.shown.pictures.lanes import Lane, lanes
from behaviours.rules.in_force import IN_FORCE, ProgrammeRulebook
from behaviours.rules.methodology import Version


class VersionLanes(NamedTuple):
    """The picture, its sentence, and its rows: version, state, first day, last day."""

    drawn: Markup
    summary: str
    rows: Sequence[tuple[str, str, str, str]]


def version_lanes(
    versions: Sequence[Version], rulebook: ProgrammeRulebook, today: date, language: str
) -> VersionLanes:
    """When each version holds; where one was withdrawn, until then."""
    drawn, rows = [], []
    for each in versions:
        state = rulebook.state_of(each, today)
        starts_on = each.validity.starts_on
        ends_on = rulebook.withdrawn_from.get(each.label) or each.validity.ends_on
        words = text(f"lane_state:{state}", language)
        last = ends_on.isoformat() if ends_on else "–"
        facts = {"version": each.version, "words": words, "first": str(starts_on), "last": last}
        said = text("picture:lane", language, facts)
        drawn.append(Lane(each.version, state, starts_on, ends_on, said))
        rows.append((each.version, words, starts_on.isoformat(), last))
    holding = [each.name for each in drawn if each.state == IN_FORCE]
    facts = {"versions": str(len(drawn)), "holding": ", ".join(holding) or "–"}
    summary = text("picture:lanes_summary", language, facts)
    return VersionLanes(lanes(drawn, today, summary), summary, rows)
