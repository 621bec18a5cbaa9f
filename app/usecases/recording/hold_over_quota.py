"""Hold what goes over a provider's quota of the day, and tell the operators that one is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import structlog

from app.ids import public
from app.store.database import Connection
from app.store.recording.candidate import Candidate
from app.store.recording.quotas import (
    actions_of_day,
    count_actions,
    lock_provider_days,
    tell_quotas,
)
from behaviours.actions.standing import over_quota
from behaviours.quotas import Quotas

# With more room than single actions can be on their way at once, one takes no lock.
MOST_AT_ONCE = 256
_log = structlog.get_logger(__name__)


def hold_over_quota(
    connection: Connection,
    candidates: Sequence[Candidate],
    *,
    quotas: Quotas,
    day: date,
    now: datetime,
    dry_run: bool,
) -> None:
    """Count what is taken of each provider's actions on ``day``; the rest is held, in their order.

    Lists of one provider are counted one after another, so no two of them share what room there
    is; a single action waits for them only when the quota is nearly used. The people's accounts
    are locked before.
    """
    limits: dict[str, int] = {}
    alive: list[tuple[str, Candidate]] = []
    for one in candidates:
        provider = one.accepted.action.provider_id
        quota = quotas.of(provider)
        if quota is not None and not one.refusal:
            limits[provider] = quota
            alive.append((provider, one))
    if not alive:
        return
    used = _used(connection, limits, day, is_single=len(alive) == 1, dry_run=dry_run)
    counted: Counter[str] = Counter()
    for provider, one in alive:
        if used.get(provider, 0) + counted[provider] < limits[provider]:
            counted[provider] += 1
        else:
            one.standing = over_quota(one.standing, limits[provider], day)
    if dry_run:
        return
    if counted:
        count_actions(connection, counted, day)
    sums = {each: used.get(each, 0) + counted[each] for each in limits}
    much = {
        each: (actions, limits[each])
        for each, actions in sums.items()
        if quotas.alarms(actions, limits[each])
    }
    if much:
        _tell(connection, much, day=day, now=now)


def _used(
    connection: Connection, limits: Mapping[str, int], day: date, *, is_single: bool, dry_run: bool
) -> dict[str, int]:
    if dry_run or is_single:
        used = actions_of_day(connection, list(limits), day)
        room = min(limits[each] - used.get(each, 0) for each in limits)
        if dry_run or room > MOST_AT_ONCE:
            return used
    lock_provider_days(connection, list(limits))
    # A statement of its own: it sees what was committed while the lock was waited for.
    return actions_of_day(connection, list(limits), day)


def _tell(
    connection: Connection, much: Mapping[str, tuple[int, int]], *, day: date, now: datetime
) -> None:
    for provider in sorted(tell_quotas(connection, much, day=day, now=now)):
        actions, quota = much[provider]
        _log.warning(
            "quota_nearly_used",
            provider_id=public("org", UUID(hex=provider)),
            day=day.isoformat(),
            actions=actions,
            quota=quota,
        )
