"""The kinds of offer: what somebody has once their points are spent, and how they come to it."""

from __future__ import annotations

from typing import Final

GOODS, VOUCHER, DONATION, NATURE, EXTERNAL = KINDS = (
    "goods",  # handed over at a till; online it is held until somebody fetches it
    "voucher",  # a code out of the offer's pool
    "donation",  # the merchant passes it on
    "nature",  # a tree, or a project of nature
    "external",  # a benefit that somebody else gives, as the interest of a loan
)
# Of what is no goods nothing has to be fetched: online it is theirs at once.
FETCHED: Final = frozenset({GOODS})

CATEGORIES: Final = ("food", "travel", "culture", "home", "nature", "money", "other")
OTHER: Final = "other"
# Of a text in one language, in characters.
MOST_TEXT: Final = 4_000

# Whether anything is left of an offer.
IN_STOCK, SOLD_OUT = STOCK_STATES = ("in_stock", "sold_out")
