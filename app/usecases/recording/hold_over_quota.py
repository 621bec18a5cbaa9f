"""Hold what goes over a provider's quota of the day, and tell the operators that one is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from app.ids import public
from app.store.database import Connection
from app.store.recording.candidate import Candidate
from app.store.recording.quotas import add_to_days, lock_provider_days, reported_on, tell_quotas
from behaviours.actions.standing import over_quota
from behaviours.quotas import Quota, Quotas, Reported

# With more room than single actions can be on their way at once, one takes no lock.
MOST_AT_ONCE = 256
_NOTHING = Reported()
_log = structlog.get_logger(__name__)


class _Counted(NamedTuple):
    """An action that counts: whose it is, and what it saves."""

    provider: str
    candidate: Candidate
    saved_mg: int


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
    is; a single action waits for them only when the quota is nearly used, or is one of mass: how
    much others bring at the same time cannot be known. The people's accounts are locked before.
    """
    limits: dict[str, Quota] = {}
    alive: list[_Counted] = []
    for one in candidates:
        provider = one.accepted.action.provider_id
        quota = quotas.of(provider)
        if quota is not None and not one.refusal:
            assert one.reduction is not None
            limits[provider] = quota
            alive.append(_Counted(provider, one, one.reduction.saved_mg))
    if not alive:
        return
    used = _used(connection, limits, day, is_single=len(alive) == 1, dry_run=dry_run)
    counted, over = _count(alive, limits, used, day)
    if dry_run:
        return
    if counted:
        add_to_days(connection, counted, day)
    sums = {each: _sum(used.get(each), counted.get(each)) for each in limits}
    much = {
        each: (reported, limits[each])
        for each, reported in sums.items()
        if each in over or quotas.alarms(reported, limits[each])
    }
    if much:
        _tell(connection, much, day=day, now=now)


def _count(
    alive: Sequence[_Counted],
    limits: Mapping[str, Quota],
    used: Mapping[str, Reported],
    day: date,
) -> tuple[dict[str, Reported], set[str]]:
    """What of each provider is credited or waits for another reason, and of whom some is held."""
    counted: dict[str, Reported] = {}
    over: set[str] = set()
    for provider, one, saved_mg in alive:
        of_list, quota = counted.get(provider, _NOTHING), limits[provider]
        so_far = _sum(used.get(provider), of_list)
        if quota.actions_full(so_far) or quota.mass_full(so_far, saved_mg):
            one.standing = over_quota(one.standing, quota, so_far, saved_mg, day)
            over.add(provider)
        else:
            counted[provider] = of_list.plus(saved_mg)
    return counted, over


def _sum(one: Reported | None, other: Reported | None) -> Reported:
    one, other = one or _NOTHING, other or _NOTHING
    return Reported(one.actions + other.actions, one.saved_mg + other.saved_mg)


def _used(
    connection: Connection,
    limits: Mapping[str, Quota],
    day: date,
    *,
    is_single: bool,
    dry_run: bool,
) -> dict[str, Reported]:
    if dry_run or is_single:
        used = reported_on(connection, list(limits), day)
        if dry_run or all(
            each.has_room_for(MOST_AT_ONCE, used.get(provider, _NOTHING))
            for provider, each in limits.items()
        ):
            return used
    lock_provider_days(connection, list(limits))
    # A statement of its own: it sees what was committed while the lock was waited for.
    return reported_on(connection, list(limits), day)


def _tell(
    connection: Connection,
    much: Mapping[str, tuple[Reported, Quota]],
    *,
    day: date,
    now: datetime,
) -> None:
    for provider in sorted(tell_quotas(connection, much, day=day, now=now)):
        reported, quota = much[provider]
        _log.warning(
            "quota_nearly_used",
            provider_id=public("org", UUID(hex=provider)),
            day=day.isoformat(),
            actions=reported.actions,
            quota=quota.actions,
            saved_mg=reported.saved_mg,
            quota_mg=quota.saved_mg,
        )
