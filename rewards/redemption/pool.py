"""The pool of a voucher offer: codes that its merchant loaded, each handed out once.

The stock of such an offer is its codes: what is loaded is added to it, and nothing else is. What
was taken back stays out of the pool, as who had the code may have kept it, unless the merchant
said in its offer that codes are handed out again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from behaviours.refusal import Conflict, Invalid
from rewards.redemption.kinds import VOUCHER
from rewards.redemption.offer import AMEND, Offer

# Of one code, in characters; and of one load, in codes.
LONGEST_CODE: Final = 200
MOST_CODES: Final = 10_000


class NoPoolOfCodes(Conflict):
    """The offer is no voucher, so it has no codes."""


class VoucherCodesWrong(Invalid):
    """What was loaded is not a list of codes: empty, too long, or with blanks inside a code."""

    cases = ("none", "too_many", "not_a_code", "not_text")


class StockIsCodes(Invalid):
    """The stock of a voucher offer is the codes in its pool, and is not stated."""


@dataclass(frozen=True, slots=True)
class PoolState:
    """How many codes an offer was given, and what became of them."""

    loaded: int
    free: int
    handed: int
    spoilt: int


def codes_of(given: Sequence[str] | bytes) -> list[str]:
    """The codes of a list or of the lines of a file, each once, in order; blank lines are none.

    Raises VoucherCodesWrong, which names the line.
    """
    codes: dict[str, None] = {}
    for at, line in enumerate(_lines(given) if isinstance(given, bytes) else given):
        code = line.strip()
        if not code:
            continue
        if len(code) > LONGEST_CODE or not code.isprintable() or " " in code:
            raise VoucherCodesWrong("not_a_code", pointer=f"/codes/{at}", most=LONGEST_CODE)
        codes[code] = None
        if len(codes) > MOST_CODES:
            raise VoucherCodesWrong("too_many", pointer="/codes", most=MOST_CODES)
    if not codes:
        raise VoucherCodesWrong("none", pointer="/codes")
    return list(codes)


def _lines(content: bytes) -> list[str]:
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as broken:
        raise VoucherCodesWrong("not_text", pointer="/file") from broken


def check_pool(offer: Offer) -> None:
    """Raises NoPoolOfCodes."""
    if offer.kind != VOUCHER:
        raise NoPoolOfCodes(pointer="/offer_id", title=offer.title)


def check_stated_stock(offer: Offer, stock_total: int) -> None:
    """Refuse a stated stock of vouchers that is not what its pool holds; raises StockIsCodes."""
    if offer.kind == VOUCHER and stock_total != offer.stock_total:
        raise StockIsCodes(pointer="/stock_total", title=offer.title)


def loaded(offer: Offer, new_codes: int) -> Offer:
    """The offer with so many codes more. Raises OfferNotDraft when it was closed."""
    return replace(offer.move(AMEND), stock_total=offer.stock_total + new_codes)
