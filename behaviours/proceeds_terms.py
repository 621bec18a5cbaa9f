"""How the programme shares what its units are sold for: stated before, published, dated.

A version of the programme that states no rule shares nothing: what was sold while it was in force
stays in the programme's account, where anybody who reads the books sees it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from behaviours.document import Part
from behaviours.largest_remainder import share

WHOLE_PPM: Final = 1_000_000
_PARTS: Final = ("people_ppm", "sponsors_ppm", "programme_ppm")


class SharedAmount(NamedTuple):
    """An amount in fen, by whom it reaches; the three add up to it."""

    # To those whose reductions were sold, by what each saved.
    people_fen: int
    # To the budgets out of which points are given.
    sponsors_fen: int
    # Stays with the programme, for what it costs to run it.
    programme_fen: int


class ProceedsTerms(NamedTuple):
    """The parts of an amount in millionths; together they are the whole."""

    people_ppm: int
    sponsors_ppm: int
    programme_ppm: int

    def split(self, amount_fen: int) -> SharedAmount:
        """``amount_fen`` to the last fen, by largest remainder; of equal ones people come first."""
        return SharedAmount(*share(amount_fen, self))


def read_proceeds_terms(part: Part | None) -> ProceedsTerms | None:
    """The rule that a version states, if it states one. Raises DocumentError."""
    if part is None:
        return None
    part.only(*_PARTS)
    terms = ProceedsTerms(*(part.at(name).whole(WHOLE_PPM, least=0) for name in _PARTS))
    if sum(terms) != WHOLE_PPM:
        raise part.wrong("parts_are_not_the_whole", whole=WHOLE_PPM, stated=sum(terms))
    return terms
