"""The application for a methodology, and the expert who judges it without an interest in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import NamedTuple, TypedDict
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.refusal import Conflict, Invalid


class UnknownApplicant(Invalid):
    """The organisation that is named as the applicant does not exist."""


class DigestDiffers(Invalid, code="DESIGN_DOCUMENT_DIFFERS"):
    """The design document that was sent does not have the digest that was sent with it."""


class ConflictOfInterest(Conflict):
    """The expert drafted the version, belongs to its applicant, or declares an interest."""

    cases = ("wrote", "belongs", "declares_belonging", "declares_drafting", "declares_other")


@dataclass(frozen=True, slots=True)
class DesignDocument:
    """The text itself, the digest of a text that is kept elsewhere, or both."""

    title: str
    text: str | None
    sha256: str | None

    def digested(self) -> DesignDocument:
        """With the digest of its text; raises DigestDiffers when another one was sent with it."""
        if self.text is None:
            return self
        digest = sha256(self.text.encode()).hexdigest()
        if self.sha256 not in (None, digest):
            raise DigestDiffers(pointer="/design_document/sha256", sha256=digest)
        return DesignDocument(self.title, self.text, digest)


class Grounds(TypedDict, total=False):
    """Why a behaviour qualifies, a sentence each, as far as the applicant says so."""

    voluntary: str
    quantifiable: str
    inclusive: str
    additional: str


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
    eligibility: Grounds
    design_document: DesignDocument

    def form(self, applicant_id: str | None) -> JsonObject:
        """As it goes on record, with the applicant's public id; raises DigestDiffers."""
        document = asdict(self.design_document.digested())
        return {**asdict(self), "applicant_id": applicant_id, "design_document": document}


class Declaration(NamedTuple):
    """What the expert declares of themselves, and answers for."""

    employer: str
    belongs_to_applicant: bool
    took_part_in_drafting: bool
    other_interest: str | None = None


class ExpertOpinion(NamedTuple):
    """``approves`` or sends back, with the reasons."""

    approves: bool
    reasons: str


class Expert(NamedTuple):
    """Who reviews; the organisation's public id and name when the expert belongs to one."""

    user_id: UUID | None
    organisation_id: str | None
    organisation_name: str | None


def check_interests(
    application: JsonObject,
    writers: Collection[UUID],
    expert: Expert,
    declared: Declaration,
) -> None:
    """Raises ConflictOfInterest unless the expert wrote nothing, belongs elsewhere and says so."""
    own = {_plain(declared.employer), _plain(expert.organisation_name or "")} - {""}
    same = expert.organisation_id is not None and (
        application["applicant_id"] == expert.organisation_id
    )
    if expert.user_id in writers:
        raise ConflictOfInterest("wrote")
    if same or _plain(str(application["applicant"])) in own:
        raise ConflictOfInterest("belongs", pointer="/declaration/employer")
    if declared.belongs_to_applicant:
        raise ConflictOfInterest("declares_belonging", pointer="/declaration/belongs_to_applicant")
    if declared.took_part_in_drafting:
        raise ConflictOfInterest("declares_drafting", pointer="/declaration/took_part_in_drafting")
    if declared.other_interest:
        raise ConflictOfInterest("declares_other", pointer="/declaration/other_interest")


def _plain(name: str) -> str:
    """A name as people compare names: without case, blanks and brackets of either width."""
    return "".join(character for character in name.casefold() if character.isalnum())
