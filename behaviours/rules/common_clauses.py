"""What every rule document says, of actions and of projects alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from behaviours.document import Faults, Part
from behaviours.rules import clauses
from behaviours.rules.factors import FactorBook
from behaviours.rules.figures import Gases
from behaviours.rules.members import HOUSEHOLD, Awaited, Parameter, Source
from behaviours.rules.methodology import Stated, Validity
from behaviours.rules.rounding import KEEP, REFUSE, ZERO

PROJECT = "project"


def is_of_projects(root: Part) -> bool:
    """Whether it is a rule of projects: computed over a period, not by action."""
    return root.has("subject") and root.at("subject").value == PROJECT


def read_validity(root: Part, book: FactorBook, faults: Faults) -> Validity:
    days = faults.read(_in_force, root.at("in_force"))
    # Without a first day no figure is too late for it.
    starts_on, ends_on = days if faults.has(days) else (date.max, None)
    window = faults.read(clauses.read_claim_window, root)
    opens, closes = window if faults.has(window) else (0, None)
    return Validity(
        regions=faults.read(clauses.read_regions, root.at("regions"), book),
        starts_on=starts_on,
        ends_on=ends_on,
        claim_opens_days=opens,
        claim_window_days=closes,
    )


def read_stated(  # noqa: PLR0917 - what was read before, in the order of a document
    root: Part,
    gases: Gases,
    graded_by: str | None,
    sources: Mapping[str, Source],
    awaiting: tuple[Awaited, ...],
    faults: Faults,
) -> Stated:
    """What the text says for people to read."""
    of_projects = is_of_projects(root)
    losses = (KEEP,) if of_projects else (ZERO, REFUSE)
    subjects = (PROJECT,) if of_projects else ("person", HOUSEHOLD, "small_firm")
    return Stated(
        document=clauses.read_origin(root.at("document")),
        scope=root.at("scope").text(),
        applicability=tuple(p.text() for p in root.at("applicability").each()),
        applicant=root.at("applicant").text(),
        subject=root.at("subject").one_of(*subjects),
        crediting_period=root.at("crediting_period").text(),
        gases=gases.counted,
        potential_set=gases.potential_set,
        evidence_grades=graded_by,
        rounding=faults.read(clauses.read_rounding, root.at("rounding"), losses),
        caps=tuple(p.text() for p in root.at("caps").each()),
        missing=_missing(root, awaiting),
        sources=MappingProxyType(dict(sources)),
    )


def read_title(part: Part) -> tuple[str, str]:
    part.only("zh", "en")
    return part.at("zh").text(), part.at("en").text()


def _in_force(part: Part) -> tuple[date, date | None]:
    part.only("from", "until")
    starts_on, until = part.at("from").day(), part.maybe("until")
    ends_on = None if until is None else until.day()
    if until is not None and ends_on is not None and ends_on < starts_on:
        raise until.wrong("ends_before_start")
    return starts_on, ends_on


def read_awaiting(root: Part, parameters: Sequence[Parameter]) -> tuple[Awaited, ...]:
    """Figures that no source gave, and whatever else the document says it lacks."""
    figures = [p.awaiting for p in parameters if p.awaiting is not None]
    more = root.maybe("awaiting")
    others = [] if more is None else [clauses.read_awaited("", p) for p in more.each()]
    return (*figures, *others)


def _missing(root: Part, awaiting: tuple[Awaited, ...]) -> tuple[Mapping[str, str], ...]:
    awaited = ({"what": one.what, "where": one.where} for one in awaiting)
    return (*awaited, *(clauses.read_missing(p) for p in root.at("missing").each()))
