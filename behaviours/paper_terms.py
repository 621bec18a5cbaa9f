"""What a programme states of papers that run out: when that is listed, and whom it stops when.

No source that is known here gives a figure for a carbon-inclusion programme: those below are the
programme's choice, and each programme states its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple

from behaviours.document import Part
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.paper_kinds import BUSINESS_LICENCE, CONTRACT, DOCUMENT_KINDS

# How well founded the figures are, as anybody reads them.
GRADE: Final = "programme's choice"
_MOST_DAYS: Final = 365


class PaperTerms(NamedTuple):
    """What runs out within ``listed_within_days`` is listed, unless somebody asks for another span.

    An organisation of a kind cannot do without the papers that are ``needed`` of it: once one of
    them ran out, and ``grace_days`` more are over, nothing new begins with it. Others run out and
    are listed, and stop nobody.
    """

    listed_within_days: int = 30
    grace_days: int = 14
    needed: Mapping[str, tuple[str, ...]] = dict.fromkeys(
        ORGANISATION_KINDS, (BUSINESS_LICENCE, CONTRACT)
    )

    def needs(self, organisation_kind: str, kind: str) -> bool:
        """Whether an organisation of a kind cannot do without a paper of this kind."""
        return kind in self.needed[organisation_kind]

    def stops_on(self, counts_from: date) -> date:
        """The first day on which nothing new begins; ``counts_from`` is the last day before the
        grace."""
        return counts_from + timedelta(days=self.grace_days + 1)


USUAL: Final = PaperTerms()


def read_paper_terms(part: Part | None) -> PaperTerms:
    """The terms of a version; what it leaves out means the usual. Raises DocumentError."""
    if part is None:
        return USUAL
    part.only(*PaperTerms._fields)
    listed, grace, needed = (part.maybe(name) for name in PaperTerms._fields)
    return PaperTerms(
        listed.whole(_MOST_DAYS) if listed else USUAL.listed_within_days,
        grace.whole(_MOST_DAYS, least=0) if grace else USUAL.grace_days,
        {**USUAL.needed, **(_needed(needed) if needed else {})},
    )


def _needed(part: Part) -> dict[str, tuple[str, ...]]:
    part.only(*ORGANISATION_KINDS)
    return {
        kind: tuple(each.one_of(*DOCUMENT_KINDS) for each in stated.each())
        for kind in ORGANISATION_KINDS
        if (stated := part.maybe(kind)) is not None
    }
