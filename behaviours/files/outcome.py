"""What becomes of a row: a draft of an action, or a flaw that says why not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from behaviours.actions.action import Action
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal
from behaviours.rules.units import kg


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as the file has it: its number in the file (from 1) and its fields by name.

    ``lines`` is how many lines it has; a cell in quotes may pass the end of its line.
    """

    number: int
    fields: dict[str, str]
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Flaw:
    """A row that makes no action: where it stands, and why not; it is put in words when written.

    ``lines`` is how many lines of the file were refused with it.
    """

    line: str
    refusal: Refusal
    external_id: str = ""
    lines: int = 1

    @property
    def code(self) -> str:
        """The code of the refusal."""
        return self.refusal.code

    @property
    def pointer(self) -> str:
        """The field of the action that is at fault; "" for the row as a whole."""
        return self.refusal.pointer


class Draft(NamedTuple):
    """An action as the file tells it, of nobody yet; ``person`` is the provider's own reference.

    ``lines`` is how many lines of the file it is made of.
    """

    line: str
    person: str
    action: Action
    lines: int = 1

    @property
    def external_id(self) -> str:
        return self.action.external_id


@dataclass(frozen=True, slots=True)
class InstallationDraft:
    """An installation as the file tells it; without a ``person`` the provider holds it itself."""

    line: str
    person: str | None
    kind: str
    number: str
    issuer: str | None
    capacity: Decimal | None
    capacity_unit: str | None
    commissioned_on: date
    region: str
    evidence: str
    lines: int = 1
    # It has no name of the sender's own but its number.
    external_id: str = ""


@dataclass(slots=True)
class Counts:
    """The sum of an import. Every action found is recorded, already recorded or refused, and so is
    every installation, of a file that tells those.

    Every line that was read is one of a heading, blank, or in an action that was recorded, in one
    that was so already, or refused. ``fault`` says why the file was not read to its end.
    """

    rows: int = 0
    actions: int = 0
    installations: int = 0
    recorded: int = 0
    already_recorded: int = 0
    enrolled: int = 0
    saved_mg: int = 0
    points: int = 0
    # Of the recorded, those that wait and are not credited yet.
    pending_confirmation: int = 0
    held: int = 0
    # How many rows or actions were refused, by code.
    refused: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    heading: int = 0
    blank: int = 0
    recorded_lines: int = 0
    already_lines: int = 0
    refused_lines: int = 0
    fault: Refusal | None = None

    @property
    def adds_up(self) -> bool:
        """Whether every line is accounted for, and every action."""
        made = self.recorded_lines + self.already_lines + self.refused_lines
        return self.lines == self.heading + self.blank + made

    def of_what_was_done(self) -> Counts:
        """Without the lines that were read and not yet come to when something broke."""
        made = self.recorded_lines + self.already_lines + self.refused_lines
        return replace(self, lines=self.heading + self.blank + made)

    @property
    def credited(self) -> int:
        """How many of the recorded are actions that count at once."""
        return 0 if self.installations else self.recorded - self.pending_confirmation - self.held

    def as_dict(self) -> JsonObject:
        """As commands print it and the API answers it."""
        return {
            "lines": {
                "read": self.lines,
                "heading": self.heading,
                "blank": self.blank,
                "recorded": self.recorded_lines,
                "already_recorded": self.already_lines,
                "refused": self.refused_lines,
            },
            "rows": self.rows,
            "actions": self.actions,
            "installations": self.installations,
            "recorded": self.recorded,
            "credited": self.credited,
            "pending_confirmation": self.pending_confirmation,
            "held": self.held,
            "already_recorded": self.already_recorded,
            "enrolled": self.enrolled,
            "refused": dict(sorted(self.refused.items())),
            "reduction_kg": kg(self.saved_mg),
            "points": self.points,
        }
