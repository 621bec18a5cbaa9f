"""What a period came to, and what was reported of it: kept as computed, by digest."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.refusal import UnknownId


class UnknownCalculation(UnknownId):
    """The values of the period were never locked."""

    cases = ("calculation",)


class UnknownPeriodReport(UnknownId):
    """The period was never reported."""

    cases = ("period_report",)


class PeriodCalculation(NamedTuple):
    """A run over locked measurements.

    ``inputs`` is the survey as its document has it, ``inputs_digest`` the SHA-256 of its one
    spelling, ``run`` every step and result, ``carried`` what the next period is told of this one.
    """

    period_id: UUID
    number: int
    design_number: int
    rule_digest: str
    inputs: JsonObject
    inputs_digest: bytes
    run: JsonObject
    mg: int
    carried: JsonObject
    calculated_by: UUID
    calculated_at: datetime


class PeriodReport(NamedTuple):
    """A report as it was put together; ``digest`` is the SHA-256 of its one spelling."""

    period_id: UUID
    number: int
    content: JsonObject
    digest: bytes
    reported_by: UUID
    reported_at: datetime
