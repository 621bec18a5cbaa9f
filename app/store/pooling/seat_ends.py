"""Seats of verifiers that ended before the seal, with what had been drawn and found by then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first
from rewards.pooling.bundle import NOTICED, SUBMITTED, VERIFIED
from rewards.pooling.seats import EarlierFinding, KeptAttempt, OwnSeat
from rewards.pooling.verifiers import DECLINED

_END = text(
    """
    insert into seat_end (bundle_id, attempt, verifier_id, why, ended_at)
    values (:bundle_id, :attempt, :verifier_id, :why, :now)
    """
)
_KEEP = text(
    """
    with drawn as (
        delete from bundle_sample where bundle_id = :bundle_id
        returning action_id, saved_mg, stratum, found_mg, finding, note, found_at)
    insert into earlier_sample (bundle_id, attempt, action_id, saved_mg, stratum, found_mg,
                                finding, note, found_at)
    select :bundle_id, :attempt, action_id, saved_mg, stratum, found_mg, finding, note, found_at
      from drawn
    """
)
_KEPT = text(
    """
    select count(*) as drawn, count(found_mg) as found,
           cast(coalesce(sum(greatest(saved_mg - found_mg, 0)), 0) as bigint) as overstated_mg
      from earlier_sample where bundle_id = :bundle_id and attempt = :attempt
    """
)
_RENEW = text("update sampling_secret set secret = :secret where bundle_id = :bundle_id")
_ENDED = text("select count(*) from seat_end where bundle_id = :bundle_id")
_EARLIER = text(
    """
    select attempt, action_id, stratum, saved_mg, found_mg, finding, note, found_at
      from earlier_sample
     where bundle_id = :bundle_id
       and (cast(:after as uuid) is null or (attempt, action_id) > (:attempt, :after))
     order by attempt, action_id limit :most
    """
)
_OPEN = text(
    """
    select bundle_id from bundle
     where state = any(:states) and verifier_id is not null
       and (cast(:after as uuid) is null or bundle_id > :after)
     order by bundle_id limit :most
    """
)
_OWN = newest_first(
    f"""
    select s.seat_id, s.bundle_id, s.attempt, s.how, s.seated_at,
           case when b.verifier_id = s.verifier_id and newest.attempt = s.attempt
                then b.verify_by end,
           coalesce(e.why, case when r.verifier_id is not null then '{DECLINED}' end),
           coalesce(e.ended_at, r.declined_at)
      from verifier_seat s
      join bundle b on b.bundle_id = s.bundle_id
     cross join lateral (select max(attempt) as attempt from verifier_seat newest
                          where newest.bundle_id = s.bundle_id) newest
      left join seat_end e on e.bundle_id = s.bundle_id and e.attempt = s.attempt
      left join verifier_refusal r on r.bundle_id = s.bundle_id and r.verifier_id = s.verifier_id
     where s.verifier_id = :verifier_id
    """,  # noqa: S608 - a word of the domain
    by="s.seat_id",
)


def add_seat_end(
    connection: Connection,
    bundle_id: UUID,
    attempt: int,
    verifier_id: UUID,
    why: str,
    *,
    now: datetime,
) -> KeptAttempt:
    """End the last seat of a locked bundle; its sample and findings are kept apart."""
    given = {"bundle_id": bundle_id, "attempt": attempt}
    connection.execute(_END, {**given, "verifier_id": verifier_id, "why": why, "now": now})
    connection.execute(_KEEP, given)
    return KeptAttempt(*connection.execute(_KEPT, given).one())


def renew_secret(connection: Connection, bundle_id: UUID, secret: bytes) -> None:
    """From here on draws of the bundle go by another secret: the one before was revealed."""
    connection.execute(_RENEW, {"bundle_id": bundle_id, "secret": secret})


def ended_seats(connection: Connection, bundle_id: UUID) -> int:
    """How many seats of a bundle ended without being declined."""
    ended: int = connection.execute(_ENDED, {"bundle_id": bundle_id}).scalar_one()
    return ended


def list_earlier(
    connection: Connection, bundle_id: UUID, *, after: tuple[int, UUID] | None, most: int
) -> list[EarlierFinding]:
    """What earlier attempts drew and found, by attempt and action id."""
    attempt, action_id = after or (0, None)
    given = {"bundle_id": bundle_id, "attempt": attempt, "after": action_id, "most": most}
    return [EarlierFinding(*row) for row in connection.execute(_EARLIER, given)]


def seated_bundles(connection: Connection, *, after: UUID | None, most: int) -> Sequence[UUID]:
    """Bundles that somebody verifies or has verified, up to the seal, in the order of ids."""
    states = [SUBMITTED, VERIFIED, NOTICED]
    given = {"states": states, "after": after, "most": most}
    return connection.execute(_OPEN, given).scalars().all()


def list_seats(
    connection: Connection, verifier_id: UUID, *, before: UUID | None, most: int
) -> list[OwnSeat]:
    """Everything that a verifier was ever given, newest first."""
    given = {"verifier_id": verifier_id, "before": before, "most": most}
    return [OwnSeat(*row) for row in connection.execute(_OWN, given)]
