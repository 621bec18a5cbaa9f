"""Register installations: what earns over time, once and by one holder."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.recording.add_new_installations import add_new_installations
from app.usecases.recording.against_projects import against_projects
from app.usecases.recording.check_holders import check_holders
from behaviours.actions.installation import RegisteredInstallation, Testimony
from behaviours.actions.registering import NewInstallation, read_installation
from behaviours.civil_time import civil_day
from behaviours.organisations import PROVIDER
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def register_installations(
    connection: Connection,
    new: Sequence[NewInstallation],
    *,
    viewer: Viewer,
    reported_by: str,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> list[RegisteredInstallation]:
    """Register each; ``viewer`` is the provider, or the person herself.

    Raises InstallationExists where a live one has the number, in whatever spelling, and
    ConflictingInstallation where the same sender said something else of it; what the register of
    issuers says of it; UnusableNumber, CapacityNeeded, UnknownRegion; InstallationOfProject;
    UnknownParticipant for people who did not consent to anything with the provider,
    UnknownHolder, and of a provider that does not take part OrganisationSuspended and
    OrganisationClosed.
    """
    assert viewer.tenant_id is not None
    check_taking_part(connection, [viewer.tenant_id])
    check_holders(connection, [one.holder for one in new], viewer=viewer)
    now = clock.now()
    today = civil_day(now, rulebook.zone)
    registered = []
    for one, installation_id in zip(new, new_ids(len(new)), strict=True):
        what, digest, former = read_installation(one, _sender(viewer), rulebook, today=today)
        made = RegisteredInstallation(
            installation_id,
            one.holder,
            what,
            digest,
            one.evidence,
            viewer.tenant_id,
            Testimony(reported_by, now, ""),
        )
        registered.append((made, former))
    whats = [made.installation for made, _ in registered]
    for refusal in against_projects(connection, whats, rulebook, today=today):
        if refusal is not None:
            raise refusal
    return [
        _accepted(each) for each in add_new_installations(connection, registered, ended_too=False)
    ]


def _accepted(answer: RegisteredInstallation | Refusal) -> RegisteredInstallation:
    if isinstance(answer, Refusal):
        raise answer
    return answer


def _sender(viewer: Viewer) -> str:
    """Whose numbers are meant: a provider's 32 hexadecimal digits, or nobody's of a person."""
    return viewer.tenant_id.hex if viewer.role == PROVIDER and viewer.tenant_id else ""
