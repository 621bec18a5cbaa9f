"""Until when papers of organisations are good, and what follows when one has run out.

A paper that states no last day never runs out. One that does is good through that civil day of the
programme's zone. With the first day after the grace (``PaperTerms``) an organisation that cannot do
without it stands as ``papers_expired``; it stands as before once a newer one was accepted.

It is decided once, here, of the papers and the standing as they are under the lock: by the clock's
step, and by whoever accepts a paper at the same moment. Who comes second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.organisation_papers import OrganisationPapers
from behaviours.paper_terms import PaperTerms
from behaviours.standing import (
    ACTIVE,
    EXPIRE_PAPERS,
    PAPERS_EXPIRED,
    RENEW_PAPERS,
    OrganisationStanding,
)


class RunningPaper(NamedTuple):
    """A paper that is good until a day: the newest that was accepted of its kind.

    ``counts_from`` is the day after which the grace begins: the last day, or the day since which
    days of papers are kept, if that is later.
    """

    organisation_id: UUID
    kind: str
    document_id: UUID
    runs_out_on: date
    counts_from: date


def running_papers(papers: OrganisationPapers) -> list[RunningPaper]:
    """The papers of an organisation that run out, of those that count."""
    return [
        RunningPaper(
            papers.application.organisation_id, kind, document.document_id, runs_out_on, runs_out_on
        )
        for kind, document in papers.current.items()
        if (runs_out_on := papers.runs_out_on(kind)) is not None
    ]


class PaperPlace(NamedTuple):
    """Where in a list of papers one stands: the next one comes after it."""

    runs_out_on: date
    organisation_id: UUID
    kind: str


class ListedPaper(NamedTuple):
    """A paper that runs out, whose it is, and the document that waits to take its place."""

    paper: RunningPaper
    organisation_kind: str
    name: str
    standing: str
    renewal_id: UUID | None

    @property
    def place(self) -> PaperPlace:
        return PaperPlace(self.paper.runs_out_on, self.paper.organisation_id, self.paper.kind)

    def stops_on(self, terms: PaperTerms) -> date | None:
        """The first day on which nothing new begins with the organisation; None: it can do without
        this paper."""
        if not terms.needs(self.organisation_kind, self.paper.kind):
            return None
        return terms.stops_on(self.paper.counts_from)


def run_out(
    organisation_kind: str, papers: Sequence[RunningPaper], terms: PaperTerms, *, today: date
) -> list[str]:
    """Kinds of papers that an organisation cannot do without, and whose grace is over."""
    return [
        each.kind
        for each in papers
        if terms.needs(organisation_kind, each.kind) and terms.stops_on(each.counts_from) <= today
    ]


def step_of_papers(
    standing: OrganisationStanding,
    papers: Sequence[RunningPaper],
    terms: PaperTerms,
    *,
    today: date,
) -> str | None:
    """The step that follows from the papers of an organisation; None: it stands as they say.

    Whoever is suspended stays so, and whoever is closed: a lifting is followed by this.
    """
    over = run_out(standing.kind, papers, terms, today=today)
    if over and standing.state == ACTIVE:
        return EXPIRE_PAPERS
    if not over and standing.state == PAPERS_EXPIRED:
        return RENEW_PAPERS
    return None


def moved_by_papers(
    standing: OrganisationStanding,
    papers: Sequence[RunningPaper],
    terms: PaperTerms,
    *,
    today: date,
    now: datetime,
) -> tuple[OrganisationStanding, str] | None:
    """The organisation as it stands by its papers, and the step to that; None: as before."""
    step = step_of_papers(standing, papers, terms, today=today)
    return None if step is None else (standing.move(step, now=now), step)
