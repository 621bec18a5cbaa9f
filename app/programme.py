"""Which programme this installation runs: its document, found by the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.settings import Settings
from behaviours.document import DocumentError
from behaviours.programme import SHIPPED, InvalidProgramme, Programmes, load_programmes, restated
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.said import fault
from behaviours.sandbox import of_sandbox
from rewards.points.earning import Policies
from rewards.points.policy import SHIPPED as SHIPPED_POLICIES, read_documents
from rewards.points.policy_reading import PolicyDocument
from rewards.points.proposed_policy import PaidFor


def programmes_of(settings: Settings) -> Programmes:
    """Every version of the programme's document; raises InvalidProgramme.

    It is found at TANPUHUI_PROGRAMME, as programme.yaml in the data directory, or shipped. Of the
    shipped one test mode may choose another zone and another number of days of notice. A sandbox
    runs under the same, marked as a sandbox's.
    """
    stated = _stated(settings)
    if not settings.is_sandbox:
        return stated
    return Programmes([of_sandbox(each) for each in stated.versions])


def _stated(settings: Settings) -> Programmes:
    own = settings.programme_path
    if own is not None:
        return load_programmes(own)
    shipped = load_programmes(SHIPPED)
    versions = list(shipped.versions)
    if settings.time_zone is not None:
        versions = [restated({**each.tree, "zone": settings.time_zone}) for each in versions]
    if settings.notice_working_days is not None:
        # Not of what is published: a test may choose it anew at each start.
        days = settings.notice_working_days
        versions = [
            replace(each, notice=each.notice._replace(working_days=days)) for each in versions
        ]
    return Programmes(versions)


def policies_of(programmes: Programmes, document: Path | None) -> Policies:
    """The points policies that the versions name, in the order of their own days.

    A name is that of a shipped policy; ``./folder`` lies beside the document at the path. Raises
    InvalidProgramme.
    """
    beside = document or SHIPPED
    documents: dict[str, PolicyDocument] = {}
    try:
        for version in programmes.versions:
            found = _policy_documents(version.points_policy, beside)
            documents |= {each.name: each for each in found}
        return Policies(list(documents.values()), programmes.zone)
    except DocumentError as wrong:
        raise InvalidProgramme.of(wrong) from wrong


def _policy_documents(named: str, beside: Path) -> list[PolicyDocument]:
    own = beside.parent / named
    if named.startswith("./") and any(own.glob("*/*.yaml")):
        return read_documents(own)
    found = [one for one in read_documents(SHIPPED_POLICIES) if one.policy == named]
    if not found:
        unknown = fault("policy.unknown", name=named)
        raise DocumentError(beside.name, 1, "points_policy", unknown)
    return found


def paid_for(rulebook: ProgrammeRulebook) -> PaidFor:
    """What there is to pay for: of each behaviour the quantities that every version of its rules
    asks for, because a policy holds whichever of them counts."""
    asked: dict[str, list[frozenset[str]]] = {}
    for version in rulebook.versions():
        asked.setdefault(version.behaviour, []).append(frozenset(version.told.quantities))
    quantities = {
        each.code: frozenset.intersection(*asked[each.code])
        for each in rulebook.behaviours()
        if each.code in asked
    }
    return PaidFor(quantities, frozenset(each.category_code for each in rulebook.behaviours()))
