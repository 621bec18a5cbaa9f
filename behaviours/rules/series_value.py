"""A value that a programme adds to a series of factors, or to a set of warming potentials.

It is proposed by one and signed by a second person of another role. It never changes: a correction
is another value, which counts for what is recorded after it was published.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, TypedDict
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.rules.units import Unit, parse_unit

# What is signed, and for what.
SERIES_VALUE, PUBLISH = "series_value", "publish"


class UnknownSeriesValue(UnknownId):
    """There is no proposal of this id."""

    cases = ("series_value",)


class SeriesValuePublished(Conflict):
    """Both roles have signed this value already."""


class SeriesValueStands(Conflict):
    """The set of warming potentials has a value of the gas, and it never changes."""


class SeriesValueWrong(Invalid):
    """``series``: there is no such series; ``area``: it is printed by other areas; ``year``: it has
    a data year, and not one after its first day; ``unit``: the series is in another one; ``value``:
    no factor is below nought; ``gas``: no gas of that name is weighed; ``both``: a factor has an
    area, a potential a gas, and nothing has both."""

    cases = ("series", "area", "year", "unit", "value", "gas", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeriesValue:
    """What is said of a value: ``area`` and ``data_year`` of a factor, ``gas`` of a potential.

    ``series`` is then the name of the set. ``title`` is the publication that it stands in,
    ``source`` where that is, ``copy`` what of it was read; it counts for actions that were done on
    ``holds_from`` or later.
    """

    series: str
    area: str = ""
    gas: str = ""
    data_year: int | None = None
    value: Decimal
    unit: str
    holds_from: date
    title: str
    source: str
    copy: str
    grade: str
    note: str = ""

    @property
    def measured(self) -> Unit:
        return parse_unit(self.unit)

    @property
    def is_potential(self) -> bool:
        return bool(self.gas)


@dataclass(frozen=True, slots=True)
class SeriesValue:
    """A proposal; ``published_on``, a civil day, and ``order`` once two have signed it.

    ``order`` is its place among all that were published: of two that say the same the later counts.
    """

    value_id: UUID
    said: NewSeriesValue
    proposed_at: datetime
    published_at: datetime | None = None
    published_on: date | None = None
    order: int = 0

    @property
    def code(self) -> str:
        """Under what a stored reduction names it, in the place of a notice."""
        return f"svl_{self.value_id.hex}"

    @property
    def verb(self) -> str:
        """What is signed: this value and no other."""
        content = json.dumps(asdict(self.said), ensure_ascii=False, sort_keys=True, default=str)
        return f"{PUBLISH}:{hashlib.sha256(content.encode()).hexdigest()}"


class SuppliedShown(TypedDict):
    """A published value as it travels with a calculation that used it."""

    id: str
    series: str
    area: str
    gas: str
    data_year: int | None
    value: str
    unit: str
    holds_from: str
    published_on: str
    order: int
    title: str
    source: str
    copy: str
    grade: str
    note: str


def supplied_shown(one: SeriesValue) -> SuppliedShown:
    """A published value as JSON."""
    assert one.published_on is not None, "only what was published is used"
    said = one.said
    return {
        "id": one.code,
        "series": said.series,
        "area": said.area,
        "gas": said.gas,
        "data_year": said.data_year,
        "value": f"{said.value:f}",
        "unit": said.unit,
        "holds_from": said.holds_from.isoformat(),
        "published_on": one.published_on.isoformat(),
        "order": one.order,
        "title": said.title,
        "source": said.source,
        "copy": said.copy,
        "grade": said.grade,
        "note": said.note,
    }


_NEVER: Final = datetime.min.replace(tzinfo=UTC)


def supplied_read(shown: SuppliedShown) -> SeriesValue:
    """The published value that was shown; KeyError, TypeError or ValueError where it is not one."""
    said = NewSeriesValue(
        series=shown["series"],
        area=shown["area"],
        gas=shown["gas"],
        data_year=shown["data_year"],
        value=Decimal(shown["value"]),
        unit=shown["unit"],
        holds_from=date.fromisoformat(shown["holds_from"]),
        title=shown["title"],
        source=shown["source"],
        copy=shown["copy"],
        grade=shown["grade"],
        note=shown["note"],
    )
    return SeriesValue(
        UUID(shown["id"].removeprefix("svl_")),
        said,
        _NEVER,
        None,
        date.fromisoformat(shown["published_on"]),
        shown["order"],
    )
