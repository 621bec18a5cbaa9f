"""Rows become drafts of actions: alone, in pairs or in groups; what does not is a flaw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

from app.files.sorting import Sorter
from behaviours.actions.action import NOBODY, Action
from behaviours.file_refusals import (
    BlankValue,
    EntryWithoutExit,
    ExactDuplicate,
    ExitWithoutEntry,
    FileEndedEarly,
    IncompleteGroup,
    InvalidDevice,
    InvalidExternalId,
    InvalidIdentity,
    RowNotMapped,
    SamePlace,
    UnreadableFile,
)
from behaviours.files.limits import GROUP_ROWS, HELD_BYTES
from behaviours.files.mapping import FileMapping, GroupRule, PairRule, RecordRule, When
from behaviours.files.outcome import Counts, Draft, FileRow, Flaw
from behaviours.files.places import PlaceValue
from behaviours.files.quantities import Quantity
from behaviours.files.values import TextValue, TimeValue, days_later, plain
from behaviours.refusal import Refusal
from behaviours.regions import canonical

# As the API takes them.
IDENTITY_MOST = 256
EXTERNAL_ID_MOST = 128
DEVICE_MOST = 256
ENTRY, EXIT = "0", "1"


class Shaper:
    """Shapes the rows of one file; every time of every action is moved by ``shift_days``."""

    def __init__(
        self, mapping: FileMapping, counts: Counts, shift_days: int, *, same_columns: bool
    ) -> None:
        self._records = mapping.records
        self._blank = mapping.source.blank
        self._zone = mapping.source.zone
        self._counts = counts
        self._shift_days = shift_days
        # A CSV row has every column; an object of NDJSON may lack some.
        self._same_columns = same_columns
        # Pairs and groups wait here until the last row has been seen.
        self._waiting = {
            at: Sorter() for at, one in enumerate(self._records) if one.pair or one.group
        }

    def shape(self, lines: Iterable[FileRow | Flaw]) -> Iterator[Draft | Flaw]:
        """Every row once, in a draft or a flaw.

        A file that can be read no further ends here: ``counts.fault`` says why, and rows that
        wait for others are flaws, because who could tell what they lack.
        """
        try:
            yield from self._rows(lines)
        except UnreadableFile as fault:
            self._counts.fault = fault
        for at, sorter in self._waiting.items():
            record = self._records[at]
            if self._counts.fault:
                for _, line in sorter.rows():
                    yield flaw_of(line, FileEndedEarly())
            elif record.pair:
                yield from self._pairs(record, sorter)
            else:
                yield from self._groups(record, sorter)

    def _rows(self, lines: Iterable[FileRow | Flaw]) -> Iterator[Draft | Flaw]:
        first = True
        for line in lines:
            if first and isinstance(line, FileRow) and self._same_columns:
                fault = self._lacking(line)
                if fault:
                    # Whatever comes after lacks it, too; this line was read and is refused.
                    self._counts.rows += 1
                    yield flaw_of(line, fault)
                    raise fault
                first = False
            self._counts.rows += 1
            made = line if isinstance(line, Flaw) else self._place(line)
            if made is not None:
                yield made

    def _place(self, line: FileRow) -> Draft | Flaw | None:
        """The draft of a plain row; None for a row that waits for others."""
        fields = line.fields
        for at, record in enumerate(self._records):
            if not matches(record.when, fields):
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
                return self._draft(record, str(line.number), [fields], fields, line.lines)
            except Refusal as refusal:
                return flaw_of(line, refusal)
        return flaw_of(line, RowNotMapped())

    def _draft(
        self,
        record: RecordRule,
        line: str,
        rows: Sequence[Mapping[str, str]],
        last: Mapping[str, str],
        lines: int,
    ) -> Draft | Flaw:
        first, blank = rows[0], self._blank
        pointer = ""
        try:
            person = record.person.of(first, blank)
            if len(person) > IDENTITY_MOST:
                raise InvalidIdentity(most=IDENTITY_MOST)
            pointer = "/behaviour"
            behaviour = record.behaviour.of(first, blank)
            pointer = "/external_id"
            external_id = record.external_id.of(first, blank)
            _check_external_id(external_id)
            pointer = "/occurred_at"
            occurred_at = self._moved(record.occurred_at.of(first, blank))
            pointer = "/ended_at"
            ended_at = self._moved(record.ended_at.of(last, blank)) if record.ended_at else None
            pointer = "/region"
            region = canonical(record.region.of(first, blank))
            quantities, evidence = {}, {}
            for name, number in record.quantities.items():
                pointer = f"/quantities/{name}"
                quantities[name] = number.of(rows, blank)
            for name, text in record.evidence.items():
                pointer = f"/evidence/{name}"
                evidence[name] = text.of(first, blank)
            pointer = "/device"
            device = self._optional(record.device, first)
            if device is not None and len(device) > DEVICE_MOST:
                raise InvalidDevice(most=DEVICE_MOST)
            pointer = "/supersedes"
            supersedes = self._optional(record.supersedes, first)
            if supersedes is not None:
                _check_external_id(supersedes)
            pointer = "/start_place"
            start = record.start_place.of(first, blank) if record.start_place else None
            pointer = "/end_place"
            end = record.end_place.of(last, blank) if record.end_place else None
        except Refusal as refusal:
            refusal.pointer = pointer
            return Flaw(line, refusal, lines=lines)
        action = Action(
            *(NOBODY, NOBODY, behaviour, external_id, occurred_at, ended_at),
            *(region, quantities, evidence),
            device=device,
            replaces=supersedes,
            start_place=start,
            end_place=end,
        )
        return Draft(line, person, action, lines)

    def _optional(self, value: TextValue | None, fields: Mapping[str, str]) -> str | None:
        """A text that may be left out; a blank cell says that there is none."""
        try:
            return value.of(fields, self._blank) if value else None
        except BlankValue:
            return None

    def _moved(self, moment: datetime) -> datetime:
        return days_later(moment, self._shift_days, self._zone)

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
                return Flaw(line, SamePlace(where=where), lines=entry.lines + left.lines)
        fields = dict(left.fields)
        fields |= {f"entry.{name}": value for name, value in entry.fields.items()}
        fields |= {f"exit.{name}": value for name, value in left.fields.items()}
        return self._draft(record, line, [fields], fields, entry.lines + left.lines)

    def _groups(self, record: RecordRule, sorter: Sorter) -> Iterator[Draft | Flaw]:
        group = record.group
        assert group is not None
        for _, found in groupby(sorter.rows(), key=lambda item: item[0][: len(group.by)]):
            rows: list[FileRow] = []
            first = last = lines = held_bytes = 0
            for _, row in found:
                if rows and rows[-1].fields == row.fields:
                    yield _duplicate(row, rows[-1])
                    continue
                first, last = min(first or row.number, row.number), max(last, row.number)
                lines += row.lines
                held_bytes += sum(map(len, row.fields.values()))
                if held_bytes <= HELD_BYTES and len(rows) <= GROUP_ROWS:
                    rows.append(row)
            span = f"{first}-{last}"
            if held_bytes > HELD_BYTES or len(rows) > GROUP_ROWS:
                yield Flaw(span, IncompleteGroup("large", most=GROUP_ROWS), lines=lines)
                continue
            refusal = self._lacks(record, group, rows)
            if refusal:
                yield Flaw(span, refusal, lines=lines)
                continue
            yield self._draft(record, span, [one.fields for one in rows], rows[-1].fields, lines)

    def _lacks(
        self, record: RecordRule, group: GroupRule, rows: Sequence[FileRow]
    ) -> Refusal | None:
        """Which reading of a group is missing or stands twice; what is missing is not guessed."""
        if group.any_rows:
            return None
        moments = [record.occurred_at.of(one.fields, self._blank) for one in rows]
        for (earlier, at), (later, row) in pairwise(zip(moments, rows, strict=True)):
            if earlier == later:
                return IncompleteGroup("twice", first=at.number, second=row.number)
            if group.every and later - earlier != group.every:
                missing = (earlier + group.every).astimezone(self._zone)
                return IncompleteGroup(
                    "missing",
                    first=at.number,
                    second=row.number,
                    minutes=group.every // timedelta(minutes=1),
                    at=missing.isoformat(timespec="minutes"),
                )
        if group.rows is not None and len(rows) != group.rows:
            return IncompleteGroup("rows", rows=len(rows), needed=group.rows)
        return None

    def _lacking(self, line: FileRow) -> UnreadableFile | None:
        """A column that the first row lacks is a slip in the mapping, not in every row."""
        return first_lacking(
            line,
            (
                (
                    f"records[{at}]",
                    column.removeprefix("entry.").removeprefix("exit.") if record.pair else column,
                )
                for at, record in enumerate(self._records)
                for column in _columns(record)
            ),
        )


def first_lacking(line: FileRow, named: Iterable[tuple[str, str]]) -> UnreadableFile | None:
    """Of columns with the places of the mapping that name them: the first that the row lacks."""
    for place, column in named:
        if column not in line.fields:
            return UnreadableFile(
                "no_such_column", place=place, column=column, columns=", ".join(line.fields)
            )
    return None


def _columns(record: RecordRule) -> Iterator[str]:
    values: list[TextValue | TimeValue | Quantity | PlaceValue] = [
        record.behaviour, record.region, record.person, record.external_id,
    ]  # fmt: skip
    values += [record.occurred_at, *record.quantities.values(), *record.evidence.values()]
    values += [each for each in (record.ended_at, record.device, record.supersedes) if each]
    values += [each for each in (record.start_place, record.end_place) if each]
    if record.pair:
        values += [*record.pair.by, record.pair.at, *record.pair.differ]
        yield from (*record.pair.entry, *record.pair.exit)
    if record.group:
        values += record.group.by
    yield from record.when
    for value in values:
        yield from value.columns


def _check_external_id(text: str) -> None:
    if len(text) > EXTERNAL_ID_MOST or not text.isprintable():
        raise InvalidExternalId(most=EXTERNAL_ID_MOST)


def matches(when: When, fields: Mapping[str, str]) -> bool:
    """Whether a row has in each column what it must."""
    return all(plain(fields.get(column, "")) in values for column, values in when.items())


def _end(pair: PairRule, fields: Mapping[str, str]) -> str | None:
    if matches(pair.entry, fields):
        return ENTRY
    return EXIT if matches(pair.exit, fields) else None


def _sortable(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _alone(line: FileRow, end: str) -> Flaw:
    return flaw_of(line, EntryWithoutExit() if end == ENTRY else ExitWithoutEntry())


def _duplicate(line: FileRow, first: FileRow) -> Flaw:
    return flaw_of(line, ExactDuplicate(first=first.number))


def flaw_of(line: FileRow, refusal: Refusal) -> Flaw:
    """The row as one that was refused."""
    return Flaw(str(line.number), refusal, lines=line.lines)
