"""Prepare: what a shown code can buy at this merchant, before anything moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.enrolment import is_open
from app.store.points.reading import balance
from app.store.redemption.capturing import store_at_till
from app.store.redemption.cashiers import terms_of
from app.store.redemption.codes import get_code
from app.store.redemption.offers import takeable_offers
from app.store.redemption.redemptions import get_redemption
from rewards.redemption import code as codes
from rewards.redemption.code_use import check_code, check_voucher
from rewards.redemption.offer import Offer
from rewards.redemption.redemption import HELD, Redemption
from rewards.redemption.refusals import UnknownCode
from rewards.redemption.stores import TillPlace

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Prepared:
    """Usable offers only, and nothing about the person; or the voucher that the code fetches."""

    expires_at: datetime
    offers: list[Offer]
    voucher: Redemption | None


def prepare(
    connection: Connection,
    merchant_id: UUID,
    code: str,
    *,
    code_key: bytes,
    now: datetime,
    store: TillPlace | None = None,
    cashier_id: UUID | None = None,
) -> Prepared:
    """What could be captured with this code now; another till may be quicker.

    A till that says at which ``store`` it is learns here whether points are taken there, and
    whether its cashier serves it. Raises UnknownStore, WrongStore, UnknownCode, CodeExpired,
    CodeUsed.
    """
    known = get_code(connection, codes.digest(code, code_key))
    # Whoever has left has no code any more, as the capture would say.
    if known is None or not is_open(connection, known.participant_id):
        raise UnknownCode("unknown", pointer="/code")
    if store is not None:
        _check_place(connection, store, cashier_id)
    person = known.participant_id
    redeemed = (
        get_redemption(connection, person, known.redemption_id) if known.redemption_id else None
    )
    if redeemed is not None and redeemed.state == HELD:
        check_voucher(redeemed, merchant_id=merchant_id, offer_id=None, quantity=None, now=now)
        return Prepared(known.expires_at, [], redeemed)
    check_code(known, offer_id=None, redeemed=redeemed, merchant_id=merchant_id, now=now)
    offers = takeable_offers(
        connection,
        merchant_id,
        person,
        # In which zone the lots' days are told makes no difference to their sum.
        points=balance(connection, person, now=now, zone=UTC).available,
        only=known.offer_id,
        now=now,
        limit=MOST_SHOWN,
    )
    return Prepared(known.expires_at, offers, None)


def _check_place(connection: Connection, store: TillPlace, cashier_id: UUID | None) -> None:
    if cashier_id is not None:
        terms_of(connection, cashier_id).check_store(store.store_no)
    store_at_till(connection, store).check(store.store_no)
