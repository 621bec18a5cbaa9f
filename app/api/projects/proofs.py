"""Routes of what is handed in of projects."""

from __future__ import annotations

from flask import Response

from app.api.projects.bodies import ProofBody, SentProof
from app.api.projects.projects import SEEING
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.body import large_body
from app.http.current import by_caller, wiring
from app.http.handed_in import opened_answer
from app.http.once import step_of
from app.http.pages import read_one
from app.ids import parse
from app.shown.projects import ProofAnswer, ProofsAnswer, proof_answer, proofs_answer
from app.usecases.projects.hand_in_proof import NewProof, hand_in_proof
from app.usecases.projects.read_proof import read_proof
from app.usecases.projects.read_proofs import read_proofs
from behaviours.projects.project import APPLYING

blueprint = Blueprint("proofs", __name__, description="What is handed in of projects.")


@blueprint.route("/v1/projects/<project_id>/documents")
@allow(*SEEING)
@blueprint.response(200, ProofsAnswer)
def list_documents_of_project(project_id: str) -> Response:
    """What was handed in of a project, oldest first."""
    return read_one(proofs_answer, read_proofs, parse("prj", project_id), by=caller().viewer)


@blueprint.route("/v1/projects/<project_id>/documents", methods=["POST"])
@allow(APPLYING, step="project.hand_in")
@large_body
@blueprint.arguments(ProofBody)
@blueprint.response(201, ProofAnswer)
def hand_in_of_project(body: SentProof, project_id: str) -> Response:
    """Hand in a document of a project, a PDF, PNG or JPEG of at most 5 MiB; it is kept sealed.

    `tenure` and `grid_connection` prove the place, `entrustment` that another may apply.
    """
    return step_of("prj", proof_answer, 201)(
        hand_in_proof,
        project_id,
        NewProof(**body),
        identity_key=wiring().settings.identity_key,
        **by_caller(),
    )


@blueprint.route("/v1/projects/<project_id>/documents/<document_id>")
@allow(*SEEING, step="project.read_document")
@blueprint.response(
    200,
    content_type="application/octet-stream",
    description="The document as it was handed in",
)
def fetch_document_of_project(project_id: str, document_id: str) -> Response:
    """Fetch a document of a project; the log keeps that somebody with power did."""
    return opened_answer(read_proof, parse("prj", project_id), document_id)
