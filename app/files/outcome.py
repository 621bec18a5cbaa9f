"""What becomes of a row: a draft of an action, or a flaw that says why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Flaw:
    """A row that makes no action: where it stands, and why not; it is put in words when written."""

    line: str
    refusal: Refusal
    external_id: str = ""

    @property
    def code(self) -> str:
        return self.refusal.code

    @property
    def pointer(self) -> str:
        """The field of the action that is at fault; "" for the row as a whole."""
        return self.refusal.pointer


@dataclass(frozen=True, slots=True)
class Draft:
    """An action as the file tells it; ``person`` is the provider's own reference."""

    line: str
    person: str
    behaviour: str
    external_id: str
    occurred_at: datetime
    ended_at: datetime | None
    region: str
    quantities: Mapping[str, str]
    evidence: Mapping[str, str]


@dataclass(slots=True)
class Counts:
    """The sum of an import. Every action found is recorded, already recorded or refused."""

    rows: int = 0
    actions: int = 0
    recorded: int = 0
    already_recorded: int = 0
    enrolled: int = 0
    saved_mg: int = 0
    points: int = 0
    # How many rows or actions were refused, by code.
    refused: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> JsonObject:
        return {
            "rows": self.rows,
            "actions": self.actions,
            "recorded": self.recorded,
            "already_recorded": self.already_recorded,
            "enrolled": self.enrolled,
            "refused": dict(sorted(self.refused.items())),
            "reduction_kg": f"{self.saved_mg // 1_000_000}.{self.saved_mg % 1_000_000:06d}",
            "points": self.points,
        }
