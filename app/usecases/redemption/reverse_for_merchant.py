"""Reverse a sale for a merchant that was suspended or closed and cannot do it by itself."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.organisations.standing import share_standings
from app.store.platform.references import find_reference
from app.store.redemption.closings import share_store
from app.store.redemption.redemptions import by_request, lock_redemption
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.sign_proposal import sign_proposal
from app.usecases.redemption.reverse_redemption import reverse_redemption
from behaviours.logbook import LoggedSubject
from behaviours.organisations import UnknownOrganisation
from behaviours.proposals import REVERSE_FOR_MERCHANT, Proposing
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.points.refund import WhyTakenBack
from rewards.redemption.bill import is_settled
from rewards.redemption.redemption import Redemption, reverse
from rewards.redemption.refusals import MerchantTakesPart, UnknownRedemption
from rewards.redemption.taken_back import refund_reference


class InItsPlace(NamedTuple):
    """What is taken back for a merchant, and why; ``out_refund_no`` is the number of the refund."""

    merchant_id: UUID
    out_request_no: str
    quantity: int | None
    out_refund_no: str
    reason_code: str
    reason: str


def reverse_for_merchant(
    connection: Connection, asked: InItsPlace, *, by: Viewer, zone: tzinfo, clock: Clock
) -> tuple[Redemption, list[str]]:
    """As ``reverse_redemption`` does, inside the offer's window, and the roles that have yet to
    sign; raises what it raises.

    Nobody has to while the sale's day has no bill yet. Afterwards two people of two roles sign the
    same ground and quantity. Raises UsersOnly, UnknownOrganisation, SamePersonTwice, and
    MerchantTakesPart when it can do it by itself.
    """
    actor = find_actor(connection, by)
    standings = share_standings(connection, [asked.merchant_id])
    standing = found_or(next(iter(standings), None), UnknownOrganisation("organisation"))
    if standing.takes_part:
        raise MerchantTakesPart(name=standing.name)
    why = WhyTakenBack(asked.reason_code, asked.reason, actor.user_id)
    sale = _hold_sale(connection, asked)
    now = clock.now()
    if not _is_done(connection, asked, sale, why, now=now) and _was_settled(sale, zone, now):
        named = LoggedSubject("redemption", public("rdm", sale.redemption_id))
        terms = {"quantity": asked.quantity, "reason_code": asked.reason_code}
        said = Proposing(named, REVERSE_FOR_MERCHANT, terms, asked.reason)
        if awaiting := sign_proposal(connection, said, by=by, now=now):
            return sale, awaiting
    done = reverse_redemption(
        connection,
        asked.merchant_id,
        asked.out_request_no,
        quantity=asked.quantity,
        out_refund_no=asked.out_refund_no,
        zone=zone,
        clock=clock,
        why=why,
    )
    return done, []


def _hold_sale(connection: Connection, asked: InItsPlace) -> Redemption:
    known = found_or(
        by_request(connection, asked.merchant_id, asked.out_request_no),
        UnknownRedemption("nothing_to_reverse", pointer="/out_request_no"),
    )
    # The store before the person, as at a till.
    share_store(connection, asked.merchant_id, known.store_id or "")
    locked = lock_redemption(connection, known.participant_id, known.redemption_id)
    assert locked.redemption is not None, f"{known.redemption_id} is gone"
    return locked.redemption


def _is_done(
    connection: Connection, asked: InItsPlace, sale: Redemption, why: WhyTakenBack, *, now: datetime
) -> bool:
    """Whether there is nothing left to decide; raises what the reversal would be refused with."""
    number = refund_reference(
        asked.merchant_id, asked.out_refund_no, asked.out_request_no, asked.quantity, why
    )
    return find_reference(connection, number) is not None or (
        reverse(sale, asked.quantity, now, why) is None
    )


def _was_settled(sale: Redemption, zone: tzinfo, now: datetime) -> bool:
    return sale.captured_at is not None and is_settled(sale.captured_at, zone=zone, now=now)
