"""Which worker sends to which endpoint: never two at a time, and none that keeps others waiting.

An endpoint has one row, whatever waits for it: a worker takes it by a claim that lapses, and sends
to it in one round. Endpoints that fail or are slow are claimed apart, so that they have no more
than their part of a worker's hands.

All moments are the database's own, as those of leases are.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Connection, Uuid, bindparam, text

from app.ids import new_id
from app.store.events.numbering import readable_until
from app.store.webhooks.endpoints import COLUMNS, NAMES, endpoint_of
from behaviours.standing import CLOSED, SUSPENDED
from behaviours.webhooks import ENABLED, WebhookEndpoint, readers_of

# ruff: noqa: S608 - only names of this code, and words of the domain

_FREE: Final = f"""
    w.state = '{ENABLED}' and w.is_slow = :slow
    and (w.claimed_until is null or w.claimed_until < clock_timestamp())
    and (w.paused_until is null or w.paused_until <= clock_timestamp())
"""
# Who is suspended reads no events, and is sent none.
_CANDIDATES = text(
    f"""
    select w.endpoint_id, w.organisation_id, w.after
      from webhook_endpoint w left join organisation o using (organisation_id)
     where {_FREE} and (w.organisation_id is null or o.state not in ('{SUSPENDED}', '{CLOSED}'))
    """
)
# Whose readers have something to read, or which have something due; the longest waiting first.
_CLAIM = text(
    f"""
    with candidate as (
        select * from unnest(:ids, :afters) as c (endpoint_id, after)
    ), busy as (
        select c.endpoint_id from candidate c
         where exists (select from webhook_pending p
                        where p.endpoint_id = c.endpoint_id and p.due_at <= clock_timestamp())
        union
        select r.endpoint_id
          from unnest(:reading, :readers) as r (endpoint_id, tenant_id)
          join candidate c using (endpoint_id)
         cross join lateral (
            select from event e
             where e.tenant_id = r.tenant_id and e.event_no > c.after and e.event_no <= :until
             limit 1) e
        union
        select c.endpoint_id from candidate c
         where c.endpoint_id = any(:of_all)
           and exists (select from event e where e.event_no > c.after and e.event_no <= :until)
    ), taken as (
        select w.endpoint_id from webhook_endpoint w join busy b using (endpoint_id)
         where {_FREE}
         order by w.looked_at nulls first, w.endpoint_id limit :most for update of w skip locked
    )
    update webhook_endpoint w
       set claim_id = :claim_id, claimed_until = clock_timestamp() + :lease,
           looked_at = clock_timestamp()
      from taken t where w.endpoint_id = t.endpoint_id
    returning {", ".join(f"w.{name}" for name in NAMES)}, w.after, w.failures, w.failing_since,
              clock_timestamp()
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("afters", type_=ARRAY(BigInteger)),
    bindparam("reading", type_=ARRAY(Uuid)),
    bindparam("readers", type_=ARRAY(Uuid)),
    bindparam("of_all", type_=ARRAY(Uuid)),
)
# The claim is the fencing token: a worker that was thought dead finds another one here.
_HOLD_CLAIMED = text(
    f"""
    select {COLUMNS} from webhook_endpoint
     where endpoint_id = :endpoint_id and claim_id = :claim_id for update
    """
)


class ClaimedEndpoint(NamedTuple):
    """An endpoint that this worker may send to: from where on, how often it failed at last and
    since when, and the database's time of the claim."""

    endpoint: WebhookEndpoint
    claim_id: UUID
    after: int
    failures: int
    failing_since: datetime | None
    claimed_at: datetime


def claim_endpoints(
    connection: Connection, *, slow: bool, most: int, lease: timedelta
) -> list[ClaimedEndpoint]:
    """Up to ``most`` endpoints that have something to be sent and that no worker has."""
    until = readable_until(connection)
    candidates = connection.execute(_CANDIDATES, {"slow": slow}).all()
    if not candidates:
        return []
    readers = {row.endpoint_id: readers_of(row.organisation_id) for row in candidates}
    pairs = [(whose, each) for whose, found in readers.items() for each in found or ()]
    claim_id = new_id()
    asked = {
        "slow": slow,
        "ids": [row.endpoint_id for row in candidates],
        "afters": [row.after for row in candidates],
        "reading": [whose for whose, _ in pairs],
        "readers": [reader for _, reader in pairs],
        "of_all": [whose for whose, found in readers.items() if found is None],
        "until": until,
        "most": most,
        "lease": lease,
        "claim_id": claim_id,
    }
    last = len(NAMES)
    return [
        ClaimedEndpoint(endpoint_of(row), claim_id, *row[last:])
        for row in connection.execute(_CLAIM, asked)
    ]


def hold_claimed(connection: Connection, claimed: ClaimedEndpoint) -> WebhookEndpoint | None:
    """The endpoint as it stands by now; None: the claim has lapsed, and another worker has it."""
    asked = {"endpoint_id": claimed.endpoint.endpoint_id, "claim_id": claimed.claim_id}
    row = connection.execute(_HOLD_CLAIMED, asked).one_or_none()
    return endpoint_of(row) if row else None
