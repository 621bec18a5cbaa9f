"""Online redemption: points and item are held, and a voucher is made out to fetch it with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from app.clock import Clock
from app.ids import new_id, public
from app.store.database import Connection
from app.store.platform.references import claim_reference
from app.store.points.accounts import lock_person
from app.store.redemption.capturing import TillRequest, read_buyer
from app.store.redemption.codes import add_code
from app.store.redemption.offers import share_merchant
from app.store.redemption.redemptions import lock_redemption
from app.usecases.redemption.check_sale import check_sale
from app.usecases.redemption.release_holds_of import release_holds_of
from app.usecases.redemption.write_sale import write_sale
from rewards.redemption import code as codes
from rewards.redemption.purchase import Decision, decide_online
from rewards.redemption.redemption import HELD, Redemption
from rewards.reference import REDEEMING, reference


@dataclass(frozen=True, slots=True)
class Voucher:
    """The held redemption and the code that fetches it; the code is shown once, here.

    ``code`` is empty after a dry run, which holds nothing, when a request is repeated, and where
    nothing has to be fetched.
    """

    redemption: Redemption
    code: str


def redeem_online(
    connection: Connection,
    participant_id: UUID,
    offer_id: UUID,
    quantity: int,
    *,
    client_reference: str,
    code_key: bytes,
    zone: tzinfo,
    clock: Clock,
    dry_run: bool = False,
) -> Voucher:
    """Hold the points and the items of one redemption of goods for ``VOUCHER_VALID_FOR``.

    Anything else is theirs at once, a sale under the redemption's own id as its number; ``zone``
    tells the day. The same ``client_reference`` again answers the first
    as it is now, without its code. Raises ReferenceReused and what ``decide_online`` and
    ``write_sale`` raise.
    """
    share_merchant(connection, offer_id)
    asked = reference(REDEEMING, participant_id, client_reference, offer_id, quantity)
    redemption_id = new_id()
    known = redemption_id if dry_run else claim_reference(connection, asked, redemption_id)
    if known != redemption_id:
        first = lock_redemption(connection, participant_id, known).redemption
        assert first is not None, "what was redeemed is there"
        return Voucher(first, "")
    totals = lock_person(connection, participant_id)
    now = clock.now()
    if totals.held:
        release_holds_of(connection, participant_id, debt=totals.debt, now=now)
    buyer = read_buyer(connection, participant_id, offer_id, alive_at=now)
    decision = decide_online(
        buyer, quantity, redemption_id, now, number=public("rdm", redemption_id)
    )
    if dry_run:
        check_sale(connection, decision, zone=zone, now=now)
        return Voucher(decision.redemption, "")
    write_sale(connection, decision, _request(decision), zone=zone, now=now)
    return Voucher(decision.redemption, _voucher_code(connection, decision, code_key, now))


def _request(decision: Decision) -> TillRequest | None:
    """Under which number a sale is known that no till made; None of what is held."""
    sale = decision.redemption
    if sale.out_request_no is None:
        return None
    return TillRequest(sale.merchant_id, sale.out_request_no, b"", sale.redemption_id.bytes)


def _voucher_code(
    connection: Connection, decision: Decision, code_key: bytes, now: datetime
) -> str:
    if decision.redemption.state != HELD:
        return ""
    held, shown = decision.redemption, codes.digits_of(secrets.randbelow(codes.SPACE))
    assert held.expires_at is not None
    code = codes.TillCode(held.participant_id, held.offer_id, held.expires_at, held.redemption_id)
    add_code(connection, codes.digest(shown, code_key), code, issued_at=now)
    return shown
