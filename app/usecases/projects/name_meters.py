"""Name the meters of a design by what stands for their numbers, where nobody else has them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.store.database import Connection
from app.store.projects.designs import NamedMeter, meters_held
from app.store.recording.declared import owned_claims
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.claims import METER
from behaviours.actions.declared import METER_ID, DeclaredNumber, check_unowned, number_key
from behaviours.actions.normal_form import UnusableNumber
from behaviours.projects.design import NewDesign, check_meters_free
from behaviours.refusal import about
from behaviours.rules.in_force import ProgrammeRulebook


def name_meters(
    connection: Connection,
    project_id: UUID,
    said: NewDesign,
    rulebook: ProgrammeRulebook,
    *,
    own: str | None = None,
) -> list[NamedMeter]:
    """The meters in their order; ``own`` is the number of the project on the register.

    The caller holds the land. Raises BoundaryOverlaps, DeclaredElsewhere, InsideCoveredEmitter,
    IssuerNotAdmitted and UnusableNumber.
    """
    numbers = [
        DeclaredNumber("", "", METER, each.issuer, {METER_ID: each.number}, said.starts_on)
        for each in said.meters
    ]
    claims = [_claims(at, number, rulebook) for at, number in enumerate(numbers)]
    owned = owned_claims(connection, [digest for each in claims for digest in each])
    last = said.crediting.ends_before - timedelta(days=1)
    for at, digests in enumerate(claims):
        found = [one for digest in digests for one in owned.get(digest, ())]
        check_unowned(found, said.starts_on, last, own=own, pointer=f"/meters/{at}")
    key = rulebook.claiming.key
    named = [
        NamedMeter(meter, number_key(number).digest(key))
        for meter, number in zip(said.meters, numbers, strict=True)
    ]
    held = meters_held(connection, project_id, [each.digest for each in named])
    check_meters_free(said, [held.get(each.digest) for each in named])
    return named


def _claims(at: int, number: DeclaredNumber, rulebook: ProgrammeRulebook) -> list[bytes]:
    """What actions with the number of a meter would claim."""
    try:
        with about(f"/meters/{at}"):
            return blocked_claims(number, rulebook)
    except UnusableNumber as refused:
        refused.pointer = f"/meters/{at}/number"
        raise
