"""Unified social credit codes (统一社会信用代码), by which every organisation in China is known.

GB 32100-2015: eighteen characters of thirty-one (I, O, S, V and Z are left out, as they look like
others), of which the last one is reckoned from those before: each by its place in the alphabet,
times 3 to the power of how many stand before it, modulo 31.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from behaviours.organisations import EXCHANGE
from behaviours.refusal import Conflict, Invalid

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18


class CreditCodeWrong(Invalid):
    """What is stated is no unified social credit code; the sentence says where it is wrong."""

    cases = ("length", "character", "check")


class CreditCodeTaken(Conflict):
    """Another organisation applied by this code, or takes part by it.

    ``kind``: as the same kind; ``alone``: one of the two settles the trades of others, and whoever
    does that takes part as nothing else.
    """

    cases = ("kind", "alone")


def check_beside(code: str, kind: str, others: Collection[str]) -> None:
    """Whether somebody may take part as ``kind`` too, beside those kinds by the same code.

    Raises CreditCodeTaken.
    """
    if kind in others:
        raise CreditCodeTaken("kind", pointer="/credit_code", code=code)
    if others and EXCHANGE in {kind, *others}:
        raise CreditCodeTaken("alone", pointer="/credit_code", code=code)


def check_character(body: str) -> str:
    """The eighteenth character for the seventeen before it (GB 32100-2015, appendix B)."""
    total = sum(
        ALPHABET.index(character) * pow(3, place, len(ALPHABET))
        for place, character in enumerate(body)
    )
    return ALPHABET[-total % len(ALPHABET)]


def read_credit_code(stated: str, *, pointer: str) -> str:
    """The code in capitals; raises CreditCodeWrong, which names the first wrong character."""
    code = stated.strip().upper()
    if len(code) != LENGTH:
        raise CreditCodeWrong("length", pointer=pointer, wanted=LENGTH, found=len(code))
    for place, character in enumerate(code, 1):
        if character not in ALPHABET:
            raise CreditCodeWrong("character", pointer=pointer, place_no=place, character=character)
    wanted = check_character(code[:-1])
    if code[-1] != wanted:
        raise CreditCodeWrong(
            "check", pointer=pointer, place_no=LENGTH, character=code[-1], wanted=wanted
        )
    return code
