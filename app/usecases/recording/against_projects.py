"""Say which installations would count what a meter of a project on the register does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.store.database import Connection
from app.store.projects.decisions import lock_people_of_meters
from app.store.recording.declared import owned_claims
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.claims import METER
from behaviours.actions.declared import METER_ID, PROJECT, DeclaredNumber
from behaviours.actions.installation import (
    NUMBER_FORMS,
    Installation,
    InstallationOfProject,
)
from behaviours.issuers import IssuerNotAdmitted
from behaviours.rules.in_force import ProgrammeRulebook


def against_projects(
    connection: Connection,
    whats: Sequence[Installation],
    rulebook: ProgrammeRulebook,
    *,
    today: date,
) -> list[InstallationOfProject | None]:
    """The refusal of each, in their order; None where no project has the meter.

    A project that is registered at the same moment comes before, and is seen, or after, and then
    nobody reports by the meter on its days: both hold the meters.
    """
    claims = [_claims(each, rulebook, today) for each in whats]
    every = [digest for each in claims for digest in each]
    if not every:
        return [None for _ in whats]
    lock_people_of_meters(connection, every)
    owned = owned_claims(connection, every)
    refusals: list[InstallationOfProject | None] = []
    for each in claims:
        holding = [
            one.reference
            for digest in each
            for one in owned.get(digest, ())
            if one.mechanism == PROJECT and one.covers(today, today)
        ]
        refused = InstallationOfProject(pointer="/number", number=holding[0]) if holding else None
        refusals.append(refused)
    return refusals


def _claims(what: Installation, rulebook: ProgrammeRulebook, today: date) -> list[bytes]:
    """What actions with its meter would claim; a project names an issuer of the register, and no
    sender's own numbers."""
    if NUMBER_FORMS[what.kind] != METER:
        return []
    said = DeclaredNumber("", "", METER, what.issuer, {METER_ID: what.number}, today)
    try:
        return blocked_claims(said, rulebook)
    except IssuerNotAdmitted:
        return []
