"""Rows become installations that a provider registers, one each; what does not is a flaw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from app.files.shaping import IDENTITY_MOST, first_lacking, flaw_of, matches
from behaviours.actions.installation import CAPACITY_UNITS
from behaviours.file_refusals import (
    BlankValue,
    InvalidIdentity,
    RowNotMapped,
    UnknownInstallationWord,
    UnreadableFile,
    UnreadableText,
)
from behaviours.files.mapping import FileMapping, InstalledRule
from behaviours.files.outcome import Counts, FileRow, Flaw, InstallationDraft
from behaviours.files.values import TextValue
from behaviours.refusal import Refusal
from behaviours.regions import canonical
from behaviours.rules.trusted import INSTALLATION_KINDS

# As the API takes them.
NUMBER_MOST, ISSUER_MOST, EVIDENCE_MOST = 128, 32, 500


class InstallationShaper:
    """Shapes the rows of one file; each is read alone."""

    def __init__(self, mapping: FileMapping, counts: Counts, *, same_columns: bool) -> None:
        self._rules, self._blank = mapping.installations, mapping.source.blank
        self._zone = mapping.source.zone
        self._counts, self._same_columns = counts, same_columns

    def shape(self, lines: Iterable[FileRow | Flaw]) -> Iterator[InstallationDraft | Flaw]:
        """Every row once; ``counts.fault`` says why a file can be read no further."""
        try:
            for line in lines:
                if isinstance(line, FileRow) and self._same_columns and not self._counts.rows:
                    fault = self._lacking(line)
                    if fault:
                        self._counts.rows += 1
                        yield flaw_of(line, fault)
                        raise fault
                self._counts.rows += 1
                yield line if isinstance(line, Flaw) else self._draft(line)
        except UnreadableFile as fault:
            self._counts.fault = fault

    def _draft(self, line: FileRow) -> InstallationDraft | Flaw:
        for rule in self._rules:
            if matches(rule.when, line.fields):
                return self._of(rule, line)
        return flaw_of(line, RowNotMapped())

    def _of(self, rule: InstalledRule, line: FileRow) -> InstallationDraft | Flaw:
        row, pointer = line.fields, "/participant_id"
        try:
            person = rule.person.of(row, self._blank) if rule.person else None
            if person is not None and len(person) > IDENTITY_MOST:
                raise InvalidIdentity(most=IDENTITY_MOST)
            pointer = "/kind"
            kind = _word(rule.kind.of(row, self._blank), INSTALLATION_KINDS)
            pointer = "/number"
            number = _line(rule.number.of(row, self._blank), NUMBER_MOST)
            pointer = "/issuer"
            issuer = self._optional(rule.issuer, row, ISSUER_MOST)
            pointer = "/capacity"
            capacity = self._capacity(rule, row)
            pointer = "/capacity_unit"
            unit = self._optional(rule.capacity_unit, row, ISSUER_MOST)
            if unit is not None:
                _word(unit, CAPACITY_UNITS)
            pointer = "/commissioned_on"
            noon = rule.commissioned_on.of(row, self._blank)
            pointer = "/region"
            region = canonical(rule.region.of(row, self._blank))
            pointer = "/evidence"
            evidence = _line(rule.evidence.of(row, self._blank), EVIDENCE_MOST)
        except Refusal as refusal:
            refusal.pointer = pointer
            return flaw_of(line, refusal)
        return InstallationDraft(
            str(line.number),
            person,
            kind,
            number,
            issuer,
            capacity,
            unit if capacity is not None else None,
            noon.astimezone(self._zone).date(),
            region,
            evidence,
            line.lines,
        )

    def _optional(self, value: TextValue | None, row: Mapping[str, str], most: int) -> str | None:
        try:
            return _line(value.of(row, self._blank), most) if value else None
        except BlankValue:
            return None

    def _capacity(self, rule: InstalledRule, row: Mapping[str, str]) -> Decimal | None:
        try:
            return Decimal(rule.capacity.of([row], self._blank)) if rule.capacity else None
        except BlankValue:
            return None

    def _lacking(self, line: FileRow) -> UnreadableFile | None:
        """A column that the first row lacks is a slip in the mapping, not in every row."""
        return first_lacking(
            line,
            (
                (f"installations[{at}]", column)
                for at, rule in enumerate(self._rules)
                for column in _columns(rule)
            ),
        )


def _columns(rule: InstalledRule) -> Iterator[str]:
    yield from rule.when
    for value in (
        rule.person, rule.kind, rule.number, rule.issuer, rule.capacity, rule.capacity_unit,
        rule.commissioned_on, rule.region, rule.evidence,
    ):  # fmt: skip
        if value is not None:
            yield from value.columns


def _line(text: str, most: int) -> str:
    if len(text) > most:
        raise UnreadableText("long", most=most)
    return text


def _word(text: str, words: tuple[str, ...]) -> str:
    if text not in words:
        raise UnknownInstallationWord(sent=text, words=", ".join(words))
    return text
