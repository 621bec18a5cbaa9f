"""What is sent of a project: what it says of itself, and its documents."""

from __future__ import annotations

from typing import ClassVar, NotRequired, TypedDict

from marshmallow import fields as plain

from app.http.encoded_file import PIXEL, EncodedBody
from app.http.fields import Line, Region, Strict
from app.http.validators import Characters, OneOf
from behaviours.json_value import JsonObject
from behaviours.projects.applying import NewProject
from behaviours.projects.project import PROOF_KINDS, TENURE, Entruster


class EntrusterBody(Strict):
    """The owner, where another applies: the written entrustment is handed in besides."""

    name = Line(required=True, most=200, metadata={"example": "湛江市某林场"})
    credit_code = Line(required=True, most=18, metadata={"example": "91350100M000100Y43"})


class SentEntruster(TypedDict):
    """As ``EntrusterBody`` loads it."""

    name: str
    credit_code: str


class ProjectBody(Strict):
    """What a project says of itself."""

    EXAMPLE: ClassVar[JsonObject] = {
        "name": "湛江红树林修复",
        "summary": "在废弃虾塘恢复 180 公顷红树林。",
        "region": "CN-440800",
        "methodology_code": "verra.tidal_wetland_restoration",
        "methodology_version": "2.1",
    }

    name = Line(required=True, most=200, metadata={"example": "湛江红树林修复"})
    summary = plain.String(required=True, validate=Characters(min=1, max=4_000))
    region = Region(required=True, metadata={"example": "CN-440800"})
    methodology_code = Line(required=True, metadata={"example": "verra.tidal_wetland_restoration"})
    methodology_version = Line(required=True, metadata={"example": "2.1"})
    owner = plain.Nested(
        EntrusterBody, metadata={"description": "Left out where the applicant is the owner."}
    )


class SentProject(TypedDict):
    """As ``ProjectBody`` loads it."""

    name: str
    summary: str
    region: str
    methodology_code: str
    methodology_version: str
    owner: NotRequired[SentEntruster]


class ProofBody(EncodedBody):
    """A document of a project, in base64."""

    EXAMPLE: ClassVar[JsonObject] = {"kind": TENURE, **PIXEL}

    kind = plain.String(
        required=True, validate=OneOf(PROOF_KINDS), metadata={"enum": list(PROOF_KINDS)}
    )


class SentProof(TypedDict):
    """As ``ProofBody`` loads it."""

    kind: str
    media_type: str
    content: bytes


def project_of(sent: SentProject) -> NewProject:
    """What was sent, as a project says it."""
    owner = sent.get("owner")
    return NewProject(
        sent["name"],
        sent["summary"],
        sent["region"],
        sent["methodology_code"],
        sent["methodology_version"],
        Entruster(**owner) if owner else None,
    )
