"""The report of a shadow run as JSON: milligrams of CO2e are texts, numbers of things whole."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ChangedActions(TypedDict):
    """How many actions gain or lose, and how much together."""

    actions: int
    mg: str


class ChangedPeople(TypedDict):
    """How many people gain or lose, and how much together."""

    people: int
    mg: str


class SumsShown(TypedDict):
    """Sums of a group of actions."""

    actions: int
    old_mg: str
    new_mg: str
    change_mg: str
    gain: ChangedActions
    lose: ChangedActions
    unchanged: int
    refused: int


class GroupShown(SumsShown):
    """The sums of one behaviour, region and month."""

    behaviour: str
    region: str
    month: str


class PeopleShown(TypedDict):
    """The same run counted by people."""

    people: int
    gain: ChangedPeople
    lose: ChangedPeople
    unchanged: int
    with_refusals: int


class QuantileShown(TypedDict):
    """A change that so many per cent do not exceed."""

    per_cent: int
    change_mg: str


class SpreadShown(TypedDict):
    """How changes are distributed."""

    exact: bool
    quantiles: list[QuantileShown]


class SpreadsShown(TypedDict):
    """The distributions of a run."""

    per_action: SpreadShown
    per_person: SpreadShown


class ChangeShown(TypedDict):
    """One of the largest changes; which action it is, only operators learn."""

    action_id: NotRequired[str]
    behaviour: str
    region: str
    month: str
    old_mg: str
    new_mg: str
    change_mg: str


class RefusedShown(TypedDict):
    """How often the draft refuses with a code, and one of the sentences."""

    code: str
    actions: int
    for_example: str


class TallyShown(TypedDict):
    """What a run counts."""

    totals: SumsShown
    not_affected: int
    people: PeopleShown
    groups: list[GroupShown]
    distribution: SpreadsShown
    largest: list[ChangeShown]
    refusals: list[RefusedShown]


class SampleDrawn(TypedDict):
    """How many actions were drawn by which seed."""

    actions: int
    seed: str


# ``from`` is a word of Python.
_Asked = TypedDict(
    "_Asked",
    {
        "methodology": str,
        "digest": str,
        "behaviour": str,
        "from": str,
        "to": str,
        "sample": SampleDrawn | None,
    },
)


class ShadowReport(_Asked, TallyShown):
    """What was asked, and what it counts."""
