"""Writes postings: the transfers, the lots that they touch, and the accounts' totals, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from app.store.driver import raw
from rewards.ledger.points import DEBT, HELD, PARTICIPANT, PointsPosting

# One statement and one round trip however many postings. The caller holds the accounts' locks,
# so nothing moves in between; the tables' checks refuse a lot or an account below zero.
POST = """
WITH transferred AS (
  INSERT INTO points_transfer (participant_id, transfer_id, kind, debit_account,
    credit_account, points, reference_id, posted_at)
  SELECT t.*, %(posted_at)s FROM unnest(%(t_people)s::uuid[], %(t_ids)s::uuid[],
    %(t_kinds)s::text[], %(t_debits)s::text[], %(t_credits)s::text[], %(t_points)s::bigint[],
    %(t_references)s::uuid[]) AS t
), used AS (
  INSERT INTO points_lot_use (participant_id, transfer_id, lot_id, points)
  SELECT * FROM unnest(%(u_people)s::uuid[], %(u_transfers)s::uuid[], %(u_lots)s::uuid[],
    %(u_points)s::bigint[])
), lots AS (
  UPDATE points_lot AS l SET remaining = l.remaining + u.points
  FROM unnest(%(l_people)s::uuid[], %(l_ids)s::uuid[], %(l_points)s::bigint[])
    AS u (participant_id, lot_id, points)
  WHERE l.participant_id = u.participant_id AND l.lot_id = u.lot_id RETURNING 1
), accounts AS (
  UPDATE points_account AS a SET balance = a.balance + c.balance, held = a.held + c.held,
    debt = a.debt + c.debt, version = a.version + c.transfers
  FROM unnest(%(a_people)s::uuid[], %(a_balances)s::bigint[], %(a_held)s::bigint[],
    %(a_debts)s::bigint[], %(a_transfers)s::bigint[])
    AS c (participant_id, balance, held, debt, transfers)
  WHERE a.participant_id = c.participant_id RETURNING 1
)
SELECT (SELECT count(*) FROM lots), (SELECT count(*) FROM accounts)
"""


def post(connection: Connection, postings: Sequence[PointsPosting], *, posted_at: datetime) -> None:
    """Write postings of people whose accounts are locked by this transaction.

    Each participant's ``version`` rises by the number of their transfers.
    """
    if postings:
        check_posted(raw(connection).execute(POST, arrays(postings, posted_at)), postings)


def arrays(postings: Sequence[PointsPosting], posted_at: datetime) -> Mapping[str, object]:
    """The parameters of ``POST``, for callers that send it in a pipeline of their own."""
    lots = _lot_changes(postings)
    people = sorted({posting.participant_id for posting in postings})
    totals = {account: _totals(postings, account) for account in (PARTICIPANT, HELD, DEBT)}
    transfers = Counter(posting.participant_id for posting in postings)
    uses = [(posting, use) for posting in postings for use in posting.uses]
    return {
        "posted_at": posted_at,
        "t_people": [posting.participant_id for posting in postings],
        "t_ids": [posting.transfer_id for posting in postings],
        "t_kinds": [each.posting.kind for each in postings],
        "t_debits": [each.posting.debit_account for each in postings],
        "t_credits": [each.posting.credit_account for each in postings],
        "t_points": [posting.points for posting in postings],
        "t_references": [each.posting.reference_id for each in postings],
        "u_people": [posting.participant_id for posting, _ in uses],
        "u_transfers": [posting.transfer_id for posting, _ in uses],
        "u_lots": [use.lot_id for _, use in uses],
        "u_points": [use.points for _, use in uses],
        "l_people": [participant_id for participant_id, _ in lots],
        "l_ids": [lot_id for _, lot_id in lots],
        "l_points": list(lots.values()),
        "a_people": people,
        "a_balances": [totals[PARTICIPANT][person] for person in people],
        "a_held": [totals[HELD][person] for person in people],
        "a_debts": [totals[DEBT][person] for person in people],
        "a_transfers": [transfers[person] for person in people],
    }


def check_posted(
    cursor: psycopg.Cursor[tuple[int, ...]], postings: Sequence[PointsPosting]
) -> None:
    """A lot or an account that a posting names must have been there."""
    expected = (
        len(_lot_changes(postings)),
        len({posting.participant_id for posting in postings}),
    )
    found = cursor.fetchone()
    assert found == expected, f"posted to {found} lots and accounts of {expected}"


def _lot_changes(postings: Sequence[PointsPosting]) -> Counter[tuple[UUID, UUID]]:
    # Two postings of one event may touch the same lot; an UPDATE sees each row once.
    changes: Counter[tuple[UUID, UUID]] = Counter()
    for posting in postings:
        for use in posting.uses:
            changes[posting.participant_id, use.lot_id] += use.points
    return changes


def _totals(postings: Sequence[PointsPosting], account: str) -> Counter[UUID]:
    totals: Counter[UUID] = Counter()
    for posting in postings:
        totals[posting.participant_id] += posting.change_of(account)
    return totals
