"""The mapping: how the rows of a provider's file are read as actions.

A document with three parts. ``source`` describes the file, ``person`` says which text is the
provider's own reference of a person, and ``records`` lists what rows become (or ``installations``,
where they tell installations):

* a plain record makes one action of each row that its ``when`` matches;
* a ``pair`` makes one of an entry row and the exit row that follows it;
* a ``group`` makes one of all rows with the same key, with ``sum``s or ``rise``s over them.

The first record that matches a row has it. The guide beside this file tells the whole language;
``behaviours/files/mapping_document.py`` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from behaviours.files.places import PlaceValue
from behaviours.files.quantities import NumberValue, Quantity
from behaviours.files.values import TextValue, TimeValue

# What a row must have in which columns.
When = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """The file: None for ``format`` and ``encoding`` means that they are found out."""

    format: str | None
    encoding: str | None
    delimiter: str
    header: bool
    columns: tuple[str, ...]
    # Lines before the table, such as a title and who made it.
    skip_lines: int
    # Of a workbook; None is its first.
    sheet: str | None
    zone: ZoneInfo
    blank: frozenset[str]


class PairRule(NamedTuple):
    """An entry and the exit that follows it, for the same key and not too long after."""

    entry: When
    exit: When
    by: tuple[TextValue, ...]
    at: TimeValue
    within: timedelta
    # Texts that must not be the same at both ends, such as the station.
    differ: tuple[TextValue, ...]


@dataclass(frozen=True, slots=True)
class GroupRule:
    """All rows with the same key.

    ``rows`` is how many a whole group has (None: as ``every`` says, or any). ``every`` is the time
    from one row to the next; without it rows may be unevenly far apart. ``any_rows`` says that
    rows may be missing and stand twice.
    """

    by: tuple[TextValue, ...]
    rows: int | None
    any_rows: bool
    every: timedelta | None


@dataclass(frozen=True, slots=True)
class RecordRule:
    """What some rows become."""

    when: When
    behaviour: TextValue
    region: TextValue
    person: TextValue
    external_id: TextValue
    occurred_at: TimeValue
    ended_at: TimeValue | None
    quantities: Mapping[str, Quantity]
    evidence: Mapping[str, TextValue]
    pair: PairRule | None
    group: GroupRule | None
    device: TextValue | None = None
    # The external_id of the action that this one corrects.
    supersedes: TextValue | None = None
    start_place: PlaceValue | None = None
    end_place: PlaceValue | None = None


@dataclass(frozen=True, slots=True)
class InstalledRule:
    """What rows become that tell installations, one each; the provider's own have no person."""

    when: When
    person: TextValue | None
    kind: TextValue
    number: TextValue
    issuer: TextValue | None
    capacity: NumberValue | None
    capacity_unit: TextValue | None
    commissioned_on: TimeValue
    region: TextValue
    evidence: TextValue


class FileMapping(NamedTuple):
    """A whole mapping, checked: of actions or of installations."""

    source: FileFormat
    records: tuple[RecordRule, ...]
    installations: tuple[InstalledRule, ...] = ()
