"""Applying with a project: what is said of it, and which rule a new one takes."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from behaviours.credit_codes import read_credit_code
from behaviours.projects.project import Entruster, ProjectStatement
from behaviours.refusal import Conflict
from behaviours.region_register import check_known
from behaviours.rules.in_force import IN_FORCE, ProgrammeRulebook
from behaviours.rules.methodology import Version


class MethodologyNotInForce(Conflict):
    """A new project takes a rule of projects that is in force and has all its figures.

    ``published``: its first day is to come; ``superseded``: a newer version is in force; ``over``:
    it ended or was withdrawn; ``region``: it does not cover the region.
    """

    cases = ("published", "superseded", "over", "region")


class NewProject(NamedTuple):
    """What a project says of itself as it is sent; ``owner`` None: the applicant is the owner."""

    name: str
    summary: str
    region: str
    methodology_code: str
    methodology_version: str
    owner: Entruster | None = None

    def stated(self, rulebook: ProgrammeRulebook, *, on: date) -> ProjectStatement:
        """As it is kept, by the rule that is in force on a civil day.

        Raises UnknownRegion, CreditCodeWrong, UnknownMethodology and what ``check_taken`` raises.
        """
        check_known(self.region, pointer="/region")
        version = rulebook.version(self.methodology_code, self.methodology_version)
        check_taken(rulebook, version, self.region, on=on)
        owner = self.owner
        if owner is not None:
            code = read_credit_code(owner.credit_code, pointer="/owner/credit_code")
            owner = owner._replace(credit_code=code)
        return ProjectStatement(
            self.name, self.summary, self.region, version.label, version.digest, owner
        )


def check_taken(rulebook: ProgrammeRulebook, version: Version, region: str, *, on: date) -> None:
    """Whether a new project of a region takes a rule on a civil day: of projects, and in force.

    Raises ForActions, MethodologyIncomplete and MethodologyNotInForce.
    """
    version.check_of_projects()
    if version.awaiting:
        raise version.incomplete("/methodology_version")
    state = rulebook.state_of(version, on)
    if state != IN_FORCE:
        raise MethodologyNotInForce(
            state if state in MethodologyNotInForce.cases else "over",
            pointer="/methodology_version",
            methodology=version.label,
            starts_on=version.validity.starts_on.isoformat(),
        )
    if not version.validity.covers(region):
        raise MethodologyNotInForce("region", pointer="/region", methodology=version.label)
