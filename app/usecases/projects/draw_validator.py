"""Draw who validates a project, from the pool, out of those against whom nothing stands."""

from __future__ import annotations

import secrets
from functools import partial
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.pooling.verifiers import lock_verifiers
from app.store.projects.designs import find_design
from app.store.projects.validations import surroundings_of_project, validations_of
from app.usecases.projects.hold_project_in import hold_project_in
from app.usecases.projects.seat_validator import seat_validator
from behaviours.json_value import JsonObject
from behaviours.projects.draw import SECRET_BYTES, drawn_of, verifier_seed
from behaviours.projects.project import SEAT, Project
from behaviours.projects.validation import DRAWN
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.pooling.verifiers import draw_from_pool, reasons_against


def draw_validator(
    connection: Connection,
    project_id: UUID,
    *,
    by: Viewer,
    clock: Clock,
    rulebook: ProgrammeRulebook,
) -> Project:
    """The project in validation. The secret of the draw is made now, so that nobody foresees it,
    and published with who took part and who was left out for which reasons.

    Raises UnknownProject, ProjectStateConflict and NoVerifierLeft.
    """
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    project.move(SEAT, now=now)
    lock_verifiers(connection)
    behaviour = rulebook.version_by_digest(project.said.digest).behaviour
    around = surroundings_of_project(connection, project, behaviour)
    design = find_design(connection, project_id, project.noticed_design)
    assert design is not None, "what was on notice was stated"
    secret = secrets.token_bytes(SECRET_BYTES)
    attempt = len(validations_of(connection, project_id)) + 1
    seed = verifier_seed(secret, design.digest, attempt)
    drawn = draw_from_pool(around, partial(drawn_of, seed=seed))
    said: JsonObject = {
        "secret": secret.hex(),
        "seed": seed,
        "candidates": [public("org", each) for each in drawn.candidates],
        "left_out": reasons_against(drawn.left_out),
    }
    return seat_validator(connection, project, drawn.verifier_id, DRAWN, said, by=by, now=now)
