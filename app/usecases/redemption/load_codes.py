"""A merchant loads codes into the pool of a voucher offer; each is a further item of its stock."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.secrecy.files import file_key, part_name, seal_part
from app.store.database import Connection
from app.store.redemption.offers import lock_offer, write_offer
from app.store.redemption.pools import (
    SealedCode,
    add_codes,
    known_codes,
    last_code_no,
    pool_state,
)
from app.store.redemption.stock import spread_stock
from rewards.redemption.pool import PoolState, check_pool, codes_of, loaded
from rewards.redemption.refusals import UnknownOffer

CODE = "voucher"


def load_codes(
    connection: Connection,
    merchant_id: UUID,
    offer_id: UUID,
    given: Sequence[str] | bytes,
    *,
    identity_key: bytes,
    clock: Clock,
) -> PoolState:
    """Add the codes of a list, or of a file's lines, that the pool has not yet.

    Loading a list again changes nothing.

    Raises UnknownOffer, NoPoolOfCodes, VoucherCodesWrong, OfferNotDraft (it was closed).
    """
    offer = lock_offer(connection, offer_id)
    if offer is None or offer.merchant_id != merchant_id:
        raise UnknownOffer("own_offer")
    check_pool(offer)
    codes = codes_of(given)
    key = file_key(identity_key)
    digests = {_digest(key, offer_id, code): code for code in codes}
    known = known_codes(connection, offer_id, list(digests))
    new = {digest: code for digest, code in digests.items() if digest not in known}
    if new:
        changed = loaded(offer, len(new))
        first = last_code_no(connection, offer_id) + 1
        sealed = [
            SealedCode(offer_id, no, seal_part(key, part_name(offer_id, CODE, no), code.encode()))
            for no, code in enumerate(new.values(), first)
        ]
        add_codes(connection, sealed, list(new), offer_id=offer_id, now=clock.now())
        spread_stock(connection, offer_id, len(new))
        write_offer(connection, changed)
    return pool_state(connection, offer_id)


def _digest(key: bytes, offer_id: UUID, code: str) -> bytes:
    """By which a code is known again, to nobody who has not the key."""
    return hmac.digest(key, offer_id.bytes + code.encode(), hashlib.sha256)
