"""Names that people choose for others to read: a pseudonym, the name of a team.

A name is chosen in public, so that it must not tell who somebody is: no number by which a person
can be found (of an identity card, a phone, an account) fits into it, in whatever script its digits
are, and no address. Two names that read alike are one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from behaviours.refusal import Invalid

LEAST, MOST = 2, 20
# A year, or a number of a house; every number by which somebody is found has more.
MOST_DIGITS: Final = 4
_BETWEEN: Final = frozenset(" -_·.'")


class ChosenNameUnfit(Invalid):
    """Others cannot be shown this name.

    ``length``: shorter or longer than names are; ``characters``: something in it is neither letter
    nor digit, nor stands between words; ``digits``: it has so many digits that it could be the
    number of a card or a phone.
    """

    cases = ("length", "characters", "digits")


def chosen_name(text: str, *, pointer: str) -> str:
    """The name in its one form (NFKC). Raises ChosenNameUnfit."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not LEAST <= len(name) <= MOST:
        raise ChosenNameUnfit("length", pointer=pointer, least=LEAST, most=MOST)
    if not all(_fits(each) for each in name) or not any(each.isalpha() for each in name):
        raise ChosenNameUnfit("characters", pointer=pointer)
    # Of Chinese numerals, too, in which a phone number can be spelled.
    digits = sum(unicodedata.numeric(each, None) is not None for each in name)
    if digits > MOST_DIGITS:
        raise ChosenNameUnfit("digits", pointer=pointer, most=MOST_DIGITS)
    return name


def name_digest(name: str) -> bytes:
    """32 bytes that are the same for names that read alike: in whatever case, with whatever stands
    between their words."""
    read = "".join(each for each in name.casefold() if each not in _BETWEEN)
    return hashlib.sha256(unicodedata.normalize("NFKC", read).encode()).digest()


def _fits(character: str) -> bool:
    """A letter, a mark of one, a digit, or what stands between words."""
    return character in _BETWEEN or unicodedata.category(character)[0] in "LMN"
