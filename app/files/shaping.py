"""Rows become drafts of actions: alone, in pairs or in groups; what does not is a flaw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby

from app.files.mapping import FileMapping, PairRule, RecordRule
from app.files.outcome import Counts, Draft, Flaw
from app.files.reading import FileRow
from app.files.refusals import (
    BadMapping,
    BlankValue,
    EntryWithoutExit,
    ExactDuplicate,
    ExitWithoutEntry,
    IncompleteGroup,
    InvalidExternalId,
    RowNotMapped,
    SamePlace,
    UnreadableTime,
)
from app.files.sorting import Sorter
from app.files.values import NumberValue, TextValue, TimeValue
from behaviours.refusal import Refusal

ENTRY, EXIT = "0", "1"


class Shaper:
    """Shapes the rows of one file; ``shift`` is added to every time of every action."""

    def __init__(
        self, mapping: FileMapping, counts: Counts, shift: timedelta, *, same_columns: bool
    ) -> None:
        self._records = mapping.records
        self._blank = mapping.source.blank
        self._counts = counts
        self._shift = shift
        # A CSV row has every column; an object of NDJSON may lack some.
        self._same_columns = same_columns
        # Pairs and groups wait here until the last row has been seen.
        self._waiting = {
            at: Sorter() for at, one in enumerate(self._records) if one.pair or one.group
        }

    def shape(self, lines: Iterable[FileRow | Flaw]) -> Iterator[Draft | Flaw]:
        first = True
        for line in lines:
            self._counts.rows += 1
            if isinstance(line, Flaw):
                yield line
                continue
            if first and self._same_columns:
                self._check_columns(line)
            first = False
            made = self._place(line)
            if made is not None:
                yield made
        for at, sorter in self._waiting.items():
            record = self._records[at]
            yield from self._pairs(record, sorter) if record.pair else self._groups(record, sorter)

    def _place(self, line: FileRow) -> Draft | Flaw | None:
        """The draft of a plain row; None for a row that waits for others."""
        fields = line.fields
        for at, record in enumerate(self._records):
            if not _matches(record.when, fields):
                continue
            try:
                if record.pair:
                    end = _end(record.pair, fields)
                    if end is None:
                        continue
                    moment = record.pair.at.of(fields, self._blank)
                    by = tuple(text.of(fields, self._blank) for text in record.pair.by)
                    self._waiting[at].add((*by, _sortable(moment), end), line)
                    return None
                if record.group:
                    moment = record.occurred_at.of(fields, self._blank)
                    by = tuple(text.of(fields, self._blank) for text in record.group.by)
                    self._waiting[at].add((*by, _sortable(moment)), line)
                    return None
                return self._draft(record, str(line.number), [fields], fields)
            except Refusal as refusal:
                return Flaw(str(line.number), refusal)
        return Flaw(str(line.number), RowNotMapped())

    def _draft(
        self,
        record: RecordRule,
        line: str,
        rows: list[dict[str, str]],
        last: Mapping[str, str],
    ) -> Draft | Flaw:
        first, blank = rows[0], self._blank
        pointer = ""
        try:
            person = record.person.of(first, blank)
            pointer = "/behaviour"
            behaviour = record.behaviour.of(first, blank)
            pointer = "/external_id"
            external_id = record.external_id.of(first, blank)
            if len(external_id) > 128 or not external_id.isprintable():
                raise InvalidExternalId(most=128)
            pointer = "/occurred_at"
            occurred_at = record.occurred_at.of(first, blank) + self._shift
            pointer = "/ended_at"
            ended_at = record.ended_at.of(last, blank) + self._shift if record.ended_at else None
            pointer = "/region"
            region = record.region.of(first, blank)
            quantities, evidence = {}, {}
            for name, number in record.quantities.items():
                pointer = f"/quantities/{name}"
                quantities[name] = number.of(rows, blank)
            for name, text in record.evidence.items():
                pointer = f"/evidence/{name}"
                evidence[name] = text.of(first, blank)
        except Refusal as refusal:
            refusal.pointer = pointer
            return Flaw(line, refusal)
        except OverflowError:
            return Flaw(line, UnreadableTime("outside_calendar", pointer=pointer))
        return Draft(
            line,
            person,
            behaviour,
            external_id,
            occurred_at,
            ended_at,
            region,
            quantities,
            evidence,
        )

    def _pairs(self, record: RecordRule, sorter: Sorter) -> Iterator[Draft | Flaw]:
        pair = record.pair
        assert pair is not None
        for _, taps in groupby(sorter.rows(), key=lambda item: item[0][: len(pair.by)]):
            entry: FileRow | None = None
            previous: FileRow | None = None
            for key, line in taps:
                if previous is not None and previous.fields == line.fields:
                    yield _duplicate(line, previous)
                    continue
                previous = line
                if key[-1] == ENTRY:
                    if entry is not None:
                        yield _alone(entry, ENTRY)
                    entry = line
                elif entry is None:
                    yield _alone(line, EXIT)
                elif self._too_long(pair, entry, line):
                    yield _alone(entry, ENTRY)
                    yield _alone(line, EXIT)
                    entry = None
                else:
                    yield self._ride(record, pair, entry, line)
                    entry = None
            if entry is not None:
                yield _alone(entry, ENTRY)

    def _too_long(self, pair: PairRule, entry: FileRow, left: FileRow) -> bool:
        lasted = pair.at.of(left.fields, self._blank) - pair.at.of(entry.fields, self._blank)
        return lasted > pair.within

    def _ride(
        self, record: RecordRule, pair: PairRule, entry: FileRow, left: FileRow
    ) -> Draft | Flaw:
        line = f"{entry.number}+{left.number}"
        for text in pair.differ:
            try:
                same = text.of(entry.fields, self._blank) == text.of(left.fields, self._blank)
            except BlankValue:
                # A blank at one end says nothing about the other.
                continue
            if same:
                where = text.template.replace("{", "").replace("}", "")
                return Flaw(line, SamePlace(where=where))
        fields = dict(left.fields)
        fields |= {f"entry.{name}": value for name, value in entry.fields.items()}
        fields |= {f"exit.{name}": value for name, value in left.fields.items()}
        return self._draft(record, line, [fields], fields)

    def _groups(self, record: RecordRule, sorter: Sorter) -> Iterator[Draft | Flaw]:
        group = record.group
        assert group is not None
        for _, found in groupby(sorter.rows(), key=lambda item: item[0][: len(group.by)]):
            lines: list[FileRow] = []
            for _, line in found:
                if lines and lines[-1].fields == line.fields:
                    yield _duplicate(line, lines[-1])
                else:
                    lines.append(line)
            span = f"{lines[0].number}-{lines[-1].number}"
            if group.rows is not None and len(lines) != group.rows:
                yield Flaw(span, IncompleteGroup(rows=len(lines), needed=group.rows))
                continue
            yield self._draft(record, span, [one.fields for one in lines], lines[-1].fields)

    def _check_columns(self, line: FileRow) -> None:
        """A column that the first row lacks is a slip in the mapping, not in every row."""
        for at, record in enumerate(self._records):
            for column in _columns(record):
                plain = (
                    column.removeprefix("entry.").removeprefix("exit.") if record.pair else column
                )
                if plain not in line.fields:
                    raise BadMapping(
                        "no_such_column",
                        place=f"records[{at}]",
                        column=plain,
                        columns=", ".join(line.fields),
                    )


def _columns(record: RecordRule) -> Iterator[str]:
    values: list[TextValue | TimeValue | NumberValue] = [
        record.behaviour, record.region, record.person, record.external_id,
    ]  # fmt: skip
    values += [record.occurred_at, *record.quantities.values(), *record.evidence.values()]
    if record.ended_at:
        values.append(record.ended_at)
    if record.pair:
        values += [*record.pair.by, record.pair.at, *record.pair.differ]
        yield from (*record.pair.entry, *record.pair.exit)
    if record.group:
        values += record.group.by
    yield from record.when
    for value in values:
        yield from value.columns


def _matches(when: Mapping[str, frozenset[str]], fields: Mapping[str, str]) -> bool:
    return all(fields.get(column, "").strip() in values for column, values in when.items())


def _end(pair: PairRule, fields: Mapping[str, str]) -> str | None:
    if _matches(pair.entry, fields):
        return ENTRY
    return EXIT if _matches(pair.exit, fields) else None


def _sortable(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _alone(line: FileRow, end: str) -> Flaw:
    return Flaw(str(line.number), EntryWithoutExit() if end == ENTRY else ExitWithoutEntry())


def _duplicate(line: FileRow, first: FileRow) -> Flaw:
    return Flaw(str(line.number), ExactDuplicate(first=first.number))
