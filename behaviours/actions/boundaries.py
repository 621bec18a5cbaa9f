"""Boundaries of covered emitters: the numbers whose reductions a carbon market owns already.

A covered emitter (重点排放单位) surrenders allowances for what lies inside its boundary, so nothing
of that counts here as well (Wuhan's measures of 2023, Shanghai's rule on photovoltaics). A boundary
is stated for one market and its compliance years, from the list that the market's authority
published. Two people sign it, and it never changes: of each year the boundary that was published
last holds, and one without numbers says that the organisation is covered no more.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.action import ClaimKey
from behaviours.actions.declared import COVERED_EMITTER, DeclaredNumber, number_key
from behaviours.actions.normal_form import UnusableNumber
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.region_register import check_known

# What is signed, and for what.
BOUNDARY, PUBLISH = "boundary", "publish"
MOST_NUMBERS: Final = 1_000
_POINTER: Final = re.compile("/boundaries/([0-9]+)(?:/numbers/([0-9]+))?")


class UnknownBoundary(UnknownId):
    """There is no boundary of this id."""

    cases = ("boundary",)


class BoundaryPublished(Conflict):
    """It was published, or another of this organisation and market after it was proposed."""

    cases = ("published", "overtaken")


class BoundaryWrong(Invalid):
    """What is said of a boundary cannot be meant.

    ``years``: the last year lies before the first; ``backwards``: a number's last day lies before
    its first; ``outside``: its days lie outside the years; ``twice``: it stands there twice;
    ``sources``: the rows of one boundary name several sources; ``many``: too many numbers.
    """

    cases = ("years", "backwards", "outside", "twice", "sources", "many")


class BoundaryNumber(NamedTuple):
    """Numbers of one claim at a site inside the boundary, as evidence names them.

    Without days it lies inside for all the years.
    """

    site: str
    region: str
    kind: str
    issuer: str | None
    evidence: Mapping[str, str]
    from_day: date | None = None
    to_day: date | None = None


class NewBoundary(NamedTuple):
    """A boundary as it is proposed; without a last year it holds until another does."""

    organisation_id: UUID
    market: str
    first_year: int
    last_year: int | None
    source: str
    numbers: tuple[BoundaryNumber, ...]

    @property
    def place(self) -> tuple[UUID, str]:
        """Whose boundary in which market."""
        return self.organisation_id, self.market

    def check(self) -> None:
        """Raises BoundaryWrong, UnknownRegion, and UnusableNumber for a number that is none."""
        if self.last_year is not None and self.last_year < self.first_year:
            raise BoundaryWrong("years", pointer="/last_year")
        if len(self.numbers) > MOST_NUMBERS:
            raise BoundaryWrong("many", pointer="/numbers", most=MOST_NUMBERS)
        seen = set()
        for at, each in enumerate(self.numbers):
            where = f"/numbers/{at}"
            check_known(each.region, pointer=f"{where}/region")
            if each.from_day and each.to_day and each.to_day < each.from_day:
                raise BoundaryWrong("backwards", pointer=f"{where}/to")
            if self.declares(each, "") is None:
                raise BoundaryWrong("outside", pointer=f"{where}/from", first_year=self.first_year)
            if (number := _key_of(each, where)) in seen:
                raise BoundaryWrong("twice", pointer=where)
            seen.add(number)

    def declares(
        self, number: BoundaryNumber, reference: str, boundary_id: UUID | None = None
    ) -> DeclaredNumber | None:
        """What the market owns of a number in these years; None: it is not inside then."""
        begins = date(self.first_year, 1, 1)
        ends = date(self.last_year, 12, 31) if self.last_year else None
        from_day = max(begins, number.from_day or begins)
        to_day = min((each for each in (ends, number.to_day) if each), default=None)
        if to_day is not None and to_day < from_day:
            return None
        return DeclaredNumber(
            COVERED_EMITTER,
            reference,
            number.kind,
            number.issuer,
            number.evidence,
            from_day,
            to_day,
            self.organisation_id,
            boundary_id,
        )


@dataclass(frozen=True, slots=True)
class EmitterBoundary:
    """A boundary; ``published_at`` None: it awaits a signature."""

    boundary_id: UUID
    said: NewBoundary
    proposed_at: datetime
    published_at: datetime | None

    @property
    def verb(self) -> str:
        """What is signed: this content and no other."""
        content = json.dumps(self.said, ensure_ascii=False, sort_keys=True, default=str)
        return f"{PUBLISH}:{hashlib.sha256(content.encode()).hexdigest()}"


class Years(NamedTuple):
    """Years in which one boundary holds, both included; without a last one for good."""

    boundary: EmitterBoundary
    first: int
    last: int | None

    @property
    def said(self) -> NewBoundary:
        """What it says of these years."""
        whole = self.boundary.said._replace(first_year=self.first, last_year=self.last)
        inside = (each for each in whole.numbers if whole.declares(each, ""))
        return whole._replace(numbers=tuple(inside))


def boundaries_of_rows(rows: Sequence[NewBoundary]) -> list[NewBoundary]:
    """The boundaries that rows of one number each tell of. Raises BoundaryWrong."""
    found: dict[tuple[object, ...], NewBoundary] = {}
    for at, row in enumerate(rows):
        before = found.setdefault(_heading(row), row._replace(numbers=()))
        if before.source != row.source:
            raise BoundaryWrong("sources", pointer=f"/rows/{at}/source")
        found[_heading(row)] = before._replace(numbers=before.numbers + row.numbers)
    return list(found.values())


def place_of_rows(pointer: str, rows: Sequence[NewBoundary], said: Sequence[NewBoundary]) -> str:
    """A pointer into boundaries that were made of rows, as one to the row that it means."""
    found = _POINTER.match(pointer)
    if found is None:
        return pointer
    heading = _heading(said[int(found[1])])
    its_rows = [at for at, row in enumerate(rows) if _heading(row) == heading]
    return f"/rows/{its_rows[int(found[2] or 0)]}{pointer[found.end() :]}"


def check_awaits(one: EmitterBoundary, others: Iterable[EmitterBoundary]) -> None:
    """Whether a proposal can still be published, beside all of its organisation and market.

    Raises BoundaryPublished.
    """
    if one.published_at is not None:
        raise BoundaryPublished("published")
    for each in others:
        if each.published_at is not None and each.published_at > one.proposed_at:
            raise BoundaryPublished("overtaken", market=one.said.market)


def standing(said: NewBoundary, beside: Sequence[EmitterBoundary]) -> EmitterBoundary | None:
    """The boundary that says so already: one that holds in all of these years, or waits.

    ``beside`` are those of the organisation and market.
    """
    for held in years_held(beside):
        wanted = Years(held.boundary, said.first_year, said.last_year)
        if wanted.said == said and not [*_without(wanted, held)]:
            return held.boundary
    last = max((each.published_at for each in beside if each.published_at), default=None)
    waiting = (
        each
        for each in beside
        if each.published_at is None and (last is None or each.proposed_at >= last)
    )
    return next((each for each in waiting if each.said == said), None)


def years_held(boundaries: Iterable[EmitterBoundary]) -> list[Years]:
    """Which boundary holds in which years, of those of one organisation and market.

    The one that was published last holds in all of its years, those before it in what is left.
    """
    published = [(each.published_at, each) for each in boundaries if each.published_at is not None]
    in_order = sorted(published, key=lambda each: (each[0], each[1].boundary_id), reverse=True)
    held: list[Years] = []
    for _, boundary in in_order:
        left = [Years(boundary, boundary.said.first_year, boundary.said.last_year)]
        for taken in tuple(held):
            left = [rest for each in left for rest in _without(each, taken)]
        held += left
    return sorted(held, key=lambda each: each.first)


def held_years(boundaries: Iterable[EmitterBoundary]) -> dict[UUID, list[Years]]:
    """In which years each boundary holds, by its id; of all those of some organisations."""
    by_place: dict[tuple[UUID, str], list[EmitterBoundary]] = {}
    for each in boundaries:
        by_place.setdefault(each.said.place, []).append(each)
    found: dict[UUID, list[Years]] = {}
    for beside in by_place.values():
        for years in years_held(beside):
            found.setdefault(years.boundary.boundary_id, []).append(years)
    return found


def declared_by(
    years: Iterable[Years], named: Callable[[EmitterBoundary], str]
) -> list[DeclaredNumber]:
    """What the market owns by these boundaries; ``named`` is how each is called outside."""
    found = []
    for each in years:
        boundary, said = each.boundary, each.said
        reference = f"{named(boundary)}/{each.first}"
        for number in said.numbers:
            declared = said.declares(number, reference, boundary.boundary_id)
            assert declared is not None, "only what lies inside is said of these years"
            found.append(declared)
    return found


def _without(years: Years, taken: Years) -> Iterator[Years]:
    """What is left of years when others are taken from them."""
    if taken.first > years.first:
        before = taken.first - 1
        yield years._replace(last=before if years.last is None else min(years.last, before))
    if taken.last is not None and (years.last is None or years.last > taken.last):
        yield years._replace(first=max(years.first, taken.last + 1))


def _heading(said: NewBoundary) -> tuple[object, ...]:
    return (*said.place, said.first_year, said.last_year)


def _key_of(number: BoundaryNumber, where: str) -> ClaimKey:
    said = DeclaredNumber(
        COVERED_EMITTER, "", number.kind, number.issuer, number.evidence, date.min
    )
    try:
        return number_key(said)
    except UnusableNumber as refusal:
        refusal.pointer = f"{where}{refusal.pointer}"
        raise
