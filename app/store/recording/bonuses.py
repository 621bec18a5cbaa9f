"""SQL of first times: which are over, and what those that were brought."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.candidate import Candidate
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.points.earning import Award
from rewards.points.first_time import Bonus, first_codes

# An action that was taken back was the first all the same; who comes back has had their first time.
_OVER = """
SELECT d.participant_id, d.code
FROM unnest(%(people)s::uuid[], %(codes)s::text[], %(behaviours)s::text[])
  AS d (participant_id, code, behaviours)
WHERE EXISTS (SELECT FROM action AS a WHERE a.participant_id = d.participant_id
                AND (d.behaviours IS NULL
                     OR a.behaviour = ANY(string_to_array(d.behaviours, ','))))
   OR EXISTS (SELECT FROM inherited_leaving AS l WHERE l.participant_id = d.participant_id)
"""
_KEEP = """
INSERT INTO points_bonus (participant_id, code, action_id, points)
SELECT * FROM unnest(%(people)s::uuid[], %(codes)s::text[], %(actions)s::uuid[],
  %(points)s::integer[])
"""


class MaybeFirst(NamedTuple):
    """An action that brings more if it is its person's first, by the 32 digits of their id."""

    person: str
    behaviour: str
    scene: str
    award: Award


class GivenBonus(NamedTuple):
    """What an action of a person brought because it was a first time."""

    participant_id: UUID
    action_id: UUID
    bonus: Bonus


def maybe_first(candidates: Iterable[Candidate]) -> list[MaybeFirst]:
    """Those of the candidates that are not refused, and would bring more."""
    return [
        MaybeFirst(
            one.accepted.action.participant_id,
            one.accepted.action.behaviour,
            one.accepted.version.category_code,
            one.award,
        )
        for one in candidates
        if one.award is not None and one.award.bonuses and not one.refusal
    ]


def given_bonuses(taken: Iterable[Candidate]) -> list[GivenBonus]:
    """What the candidates brought that were taken."""
    return [
        GivenBonus(UUID(one.accepted.action.participant_id), one.action_id, bonus)
        for one in taken
        if one.grant is not None
        for bonus in one.grant.bonuses
    ]


def read_over(
    connection: Connection, asked: Iterable[MaybeFirst], rulebook: ProgrammeRulebook
) -> set[tuple[str, str]]:
    """(person, code) of the first times that are over; the people are locked before."""
    wanted: dict[tuple[str, str], str | None] = {}
    for one in asked:
        if one.award.bonuses:
            own, of_scene, of_all = first_codes(one.behaviour, one.scene)
            known = {own: one.behaviour, of_scene: _behaviours(one.scene, rulebook), of_all: None}
            wanted |= {(one.person, each.code): known[each.code] for each in one.award.bonuses}
    if not wanted:
        return set()
    given = {
        "people": [person for person, _ in wanted],
        "codes": [code for _, code in wanted],
        "behaviours": list(wanted.values()),
    }
    return {(person.hex, code) for person, code in raw(connection).execute(_OVER, given)}


def keep_bonuses(connection: Connection, given: Sequence[GivenBonus]) -> None:
    """Keep what was brought; a lost race raises a unique violation."""
    if given:
        columns = {
            "people": [each.participant_id for each in given],
            "codes": [each.bonus.code for each in given],
            "actions": [each.action_id for each in given],
            "points": [each.bonus.points for each in given],
        }
        raw(connection).execute(_KEEP, columns)


def _behaviours(scene: str, rulebook: ProgrammeRulebook) -> str:
    return ",".join(each.code for each in rulebook.behaviours() if each.category_code == scene)
