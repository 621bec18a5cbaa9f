"""File a draft: the application form and the design document, after which the content rests."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.methodologies.versions import Kept, move, read_kept
from app.store.organisations.organisations import organisation
from app.usecases.methodologies.refusals import DigestDiffers, UnknownApplicant
from app.usecases.methodologies.standing import Actor, note, version_at


@dataclass(frozen=True, slots=True)
class DesignDocument:
    """The text itself, the digest of a text that is kept elsewhere, or both."""

    title: str
    text: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Application:
    """Who asks for the methodology, and on what grounds.

    ``eligibility`` says in a sentence each why the behaviour is voluntary, quantifiable,
    inclusive and additional, as far as the applicant says so.
    """

    applicant: str
    applicant_id: UUID | None
    contact_role: str
    statement: str
    eligibility: dict[str, str]
    design_document: DesignDocument


def file_version(
    connection: Connection,
    *,
    code: str,
    version: str,
    application: Application,
    by: Actor,
    now: datetime,
) -> Kept:
    """Put the application on record and hand the draft to the experts.

    Raises UnknownId, LifecycleConflict, UnknownApplicant, DigestDiffers.
    """
    kept = version_at(connection, code, version, "draft")
    form = asdict(application)
    if application.applicant_id is not None:
        if organisation(connection, application.applicant_id) is None:
            raise UnknownApplicant(
                "There is no organisation with this id. Leave applicant_id out for an applicant "
                "that does not take part in the programme.",
                pointer="/applicant_id",
            )
        form["applicant_id"] = public("org", application.applicant_id)
    form["design_document"] = _design_document(application.design_document)
    move(connection, kept, state="filed", application=form)
    note(connection, kept, "file", by=by, state="filed", now=now, details=form)
    filed = read_kept(connection, code, version)
    assert filed is not None
    return filed


def _design_document(sent: DesignDocument) -> dict[str, str | None]:
    if sent.text is None:
        return asdict(sent)
    digest = sha256(sent.text.encode()).hexdigest()
    if sent.sha256 not in (None, digest):
        raise DigestDiffers(
            f"The text's SHA-256 is {digest}. Send the text that the digest was taken of, or "
            "leave the digest out.",
            pointer="/design_document/sha256",
        )
    return asdict(sent) | {"sha256": digest}
