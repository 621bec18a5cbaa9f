"""Tables that are read by a quantity: salinity above 18, an area below 5 ha, a dose from 2 to 5."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from behaviours.document import Part


@dataclass(frozen=True, slots=True)
class Ranges:
    """Rows in rising order: each reaches from the end of the one before to its own end.

    The end itself belongs to the row where it is ``included``, else to the next one. The last row
    may have no end. Before ``begin`` there is no value, nor at it where it is not ``included``.
    """

    begin: tuple[Decimal, bool] | None
    ends: tuple[tuple[Decimal, bool], ...]
    values: tuple[Decimal, ...]

    def at(self, x: Decimal) -> Decimal | None:
        """The value of the row in which ``x`` lies, None outside of the table."""
        if self.begin is not None:
            least, included = self.begin
            if x < least or (x == least and not included):
                return None
        # A row that includes its end sorts behind one that does not: (5, False) < (5, True).
        place = bisect_left(self.ends, (x, True))
        return self.values[place] if place < len(self.values) else None

    def rows(self) -> list[tuple[str, Decimal]]:
        """Each row as people write it, such as ``> 5 <= 18``, and its value."""
        told = []
        since = ""
        if self.begin is not None:
            least, included = self.begin
            since = f"{'>=' if included else '>'} {least:f}"
        for place, value in enumerate(self.values):
            until = ""
            if place < len(self.ends):
                end, included = self.ends[place]
                until = f"{'<=' if included else '<'} {end:f}"
            told.append((f"{since} {until}".strip() or "any", value))
            if until:
                since = f"{'>' if included else '>='} {end:f}"
        return told


def read_ranges(part: Part) -> Ranges:
    """``rows`` of a table by range; DocumentError where they leave a gap or go back.

    Each row has a ``value`` and ``below`` or ``up_to``; only the last may have neither, and only
    the first may say from where it counts: from ``least`` on, or ``above`` a number.
    """
    begin: tuple[Decimal, bool] | None = None
    ends: list[tuple[Decimal, bool]] = []
    values: list[Decimal] = []
    rows = list(part.each())
    for place, row in enumerate(rows):
        row.only("value", "below", "up_to", *(() if place else ("least", "above")))
        values.append(row.at("value").number())
        for name in ("least", "above"):
            if row.has(name):
                begin = (row.at(name).number(), name == "least")
        if row.has("below") == row.has("up_to"):
            if row.has("below") or place < len(rows) - 1:
                raise row.wrong("range_end")
            continue
        included = row.has("up_to")
        end = row.at("up_to" if included else "below").number()
        if not _rises(begin, ends, end, included):
            raise row.wrong("range_back")
        ends.append((end, included))
    if not values:
        raise part.wrong("range_end")
    return Ranges(begin, tuple(ends), tuple(values))


def _rises(
    begin: tuple[Decimal, bool] | None,
    ends: Sequence[tuple[Decimal, bool]],
    end: Decimal,
    included: bool,
) -> bool:
    if ends:
        return (end, included) > ends[-1]
    if begin is None:
        return True
    return begin[0] < end or (begin == (end, True) and included)
