"""Projects as they are shown: where each stands, what was handed in, and its design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.http.geometry import MULTI_POLYGON
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.paper_formats import FORMATS
from behaviours.projects.design import StatedDesign
from behaviours.projects.land import WrittenCoordinates
from behaviours.projects.project import (
    PROOF_KINDS,
    STATES,
    VALIDATION_REPORT,
    Project,
    ProjectProof,
)


class EntrusterAnswer(Schema):
    """The owner for whom another applies."""

    name = plain.String()
    credit_code = plain.String()


class ProjectAnswer(Schema):
    """A project as it stands."""

    id = plain.String(metadata={"example": "prj_0199b2c3d4e57f0080000000000000aa"})
    applicant_id = plain.String()
    name = plain.String()
    summary = plain.String()
    region = plain.String(metadata={"example": "CN-440800"})
    methodology_code = plain.String()
    methodology_version = plain.String()
    methodology_digest = plain.String(
        metadata={"description": "Of the document that the project took."}
    )
    owner = plain.Nested(EntrusterAnswer, allow_none=True)
    state = plain.String(metadata={"enum": list(STATES)})
    applied_at = plain.String(metadata=AS_MOMENT)
    state_at = plain.String(metadata=AS_MOMENT)
    notice_until = plain.String(
        allow_none=True,
        metadata={"format": "date", "description": "The last day of the notice."},
    )
    validator_id = plain.String(allow_none=True)
    number = plain.String(
        allow_none=True, metadata={"description": "By which it stands in the public register."}
    )


class ProofAnswer(Schema):
    """A document that was handed in of a project."""

    id = plain.String(metadata={"example": "doc_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": [*PROOF_KINDS, VALIDATION_REPORT]})
    media_type = plain.String(metadata={"enum": list(FORMATS)})
    size_bytes = plain.Integer()
    sha256 = plain.String()
    handed_in_at = plain.String(metadata=AS_MOMENT)


class ProofsAnswer(Schema):
    """What was handed in of a project, oldest first."""

    documents = plain.List(plain.Nested(ProofAnswer))


class DesignAnswer(Schema):
    """A design document: as it was stated, with the areas that follow, and its digest."""

    project_id = plain.String()
    number = plain.Integer()
    digest = plain.String(
        metadata={"description": "SHA-256 of `design` as JSON: members in order, UTF-8, no blanks."}
    )
    stated_at = plain.String(metadata=AS_MOMENT)
    design = plain.Dict(keys=plain.String())


def project_answer(project: Project) -> JsonObject:
    """A project as it stands."""
    said = project.said
    code, _, version = said.methodology.partition("@")
    return {
        "id": public("prj", project.project_id),
        "applicant_id": public("org", project.applicant_id),
        "name": said.name,
        "summary": said.summary,
        "region": said.region,
        "methodology_code": code,
        "methodology_version": version,
        "methodology_digest": said.digest,
        "owner": said.owner._asdict() if said.owner else None,
        "state": project.state,
        "applied_at": moment(project.applied_at),
        "state_at": moment(project.state_at),
        "notice_until": project.notice_until.isoformat() if project.notice_until else None,
        "validator_id": public("org", project.validator_id) if project.validator_id else None,
        "number": project.number,
    }


def proof_answer(proof: ProjectProof) -> JsonObject:
    """A document, without its content."""
    return {
        "id": public("doc", proof.document_id),
        "kind": proof.kind,
        "media_type": proof.media_type,
        "size_bytes": proof.size_bytes,
        "sha256": proof.sha256.hex(),
        "handed_in_at": moment(proof.handed_in_at),
    }


def proofs_answer(proofs: Sequence[ProjectProof]) -> JsonObject:
    """What was handed in of a project."""
    return {"documents": [proof_answer(each) for each in proofs]}


def design_answer(design: StatedDesign) -> JsonObject:
    """A design document as it is kept."""
    return {
        "project_id": public("prj", design.project_id),
        "number": design.number,
        "digest": f"sha256:{design.digest.hex()}",
        "stated_at": moment(design.stated_at),
        "design": design.content,
    }


def boundary_geojson(design: StatedDesign) -> Mapping[str, object]:
    """The parcels of a design as GeoJSON (RFC 7946), for maps."""
    parcels = cast(Sequence[JsonObject], design.content["parcels"])
    return {"type": "FeatureCollection", "features": [_feature(each) for each in parcels]}


def _feature(parcel: JsonObject) -> Mapping[str, object]:
    told = {name: value for name, value in parcel.items() if name != "coordinates"}
    polygons = cast(WrittenCoordinates, parcel["coordinates"])
    coordinates = [
        [[[float(axis) for axis in place] for place in ring] for ring in polygon]
        for polygon in polygons
    ]
    geometry = {"type": MULTI_POLYGON, "coordinates": coordinates}
    return {"type": "Feature", "properties": told, "geometry": geometry}
