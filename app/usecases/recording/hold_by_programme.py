"""Hold what the programme wants to be looked at: by its checks, and over a provider's quota."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from app.store.database import Connection
from app.store.recording.candidate import Candidate
from app.usecases.recording.hold_by_signals import hold_by_signals
from app.usecases.recording.hold_over_quota import hold_over_quota
from behaviours.actions.signals import ReportedOn
from behaviours.actions.waiting import WaitTerms
from behaviours.civil_time import civil_day, start_of_day


def hold_by_programme(
    connection: Connection,
    candidates: Sequence[Candidate],
    *,
    terms: WaitTerms,
    key: bytes,
    zone: tzinfo,
    now: datetime,
    dry_run: bool,
) -> None:
    """Each action that is not refused; nothing is asked where the programme states nothing."""
    if not terms.checks.are_stated and not terms.quotas.are_stated:
        return
    day = civil_day(now, zone)
    if terms.checks.are_stated:
        hold_by_signals(
            connection,
            candidates,
            checks=terms.checks,
            at=ReportedOn(now, day, start_of_day(day, zone)),
            key=key,
            dry_run=dry_run,
        )
    if terms.quotas.are_stated:
        hold_over_quota(
            connection, candidates, quotas=terms.quotas, day=day, now=now, dry_run=dry_run
        )
