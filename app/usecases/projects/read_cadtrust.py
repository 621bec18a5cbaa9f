"""Read everything public of a project that its rows for CAD Trust are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import standings_of
from app.store.projects.ex_antes import ex_ante_rows
from app.store.projects.periods import periods_of
from app.store.projects.validations import opinions_of, validations_of
from app.store.projects.verifications import opinions_of as verification_opinions
from app.store.registry.reading import blocks_of_bundles
from app.usecases.projects.read_public_project import PublicProject, read_public_project
from behaviours.projects.ex_ante import ExAnteSpan
from behaviours.projects.monitoring import MonitoringPeriod
from behaviours.projects.validation import ProjectValidation, ValidationOpinion
from behaviours.projects.verification import VerificationOpinion
from rewards.registry.register import RegisteredBlock


class CadTrustSource(NamedTuple):
    """A public project: what was expected, who judged it and how, and its units as they stand.

    ``names`` are those of organisations, by their ids; ``verified`` has the last opinion on each
    period that has one.
    """

    public: PublicProject
    expected: Sequence[ExAnteSpan]
    validations: Sequence[ProjectValidation]
    opinions: Sequence[ValidationOpinion]
    periods: Sequence[MonitoringPeriod]
    verified: Mapping[UUID, VerificationOpinion]
    blocks: Sequence[RegisteredBlock]
    names: Mapping[UUID, str]


def read_cadtrust(connection: Connection, project_id: UUID) -> CadTrustSource:
    """All of it; raises UnknownProject for one that was never on notice, too."""
    found = read_public_project(connection, project_id)
    validations = validations_of(connection, project_id)
    periods = periods_of(connection, project_id)
    verified = {
        each.period_id: given[-1]
        for each in periods
        if (given := verification_opinions(connection, each.period_id))
    }
    named = {
        found.project.applicant_id,
        *(each.validator_id for each in validations if each.validator_id),
        *(each.verifier_id for each in verified.values()),
    }
    standings = standings_of(connection, named)
    return CadTrustSource(
        found,
        ex_ante_rows(connection, project_id, found.design.number),
        validations,
        opinions_of(connection, project_id),
        periods,
        verified,
        blocks_of_bundles(connection, [each.bundle_id for each in found.issued]),
        {one: each.name for one, each in standings.items()},
    )
