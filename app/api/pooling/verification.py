"""Verification: the drawn sample without anybody's person, the findings, the opinion."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.pooling.working import by_terms, work_on
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller
from app.http.fields import DecimalText, Line, Moment, PublicId, Strict, moment
from app.http.once import once
from app.http.pages import read_page_by
from app.http.validators import Count, OneOf
from app.ids import parse, public
from app.shown.actions import SavedAnswer
from app.shown.bundles import WorkedOn
from app.usecases.pooling.accept_verification import accept_verification
from app.usecases.pooling.give_findings import give_findings
from app.usecases.pooling.give_opinion import give_opinion
from app.usecases.pooling.read_earlier_sample import read_earlier_sample
from app.usecases.pooling.read_sample import read_sample
from behaviours.json_value import Json, JsonObject
from behaviours.projects.draw import MOST_DIGITS
from behaviours.rules.units import kg
from rewards.pooling.bundle import ACCEPT, FIND, VERIFIER, VERIFY, roles_for
from rewards.pooling.documents import NEGATIVE, POSITIVE
from rewards.pooling.sample import OUTCOMES, DrawnReduction, StatedFinding
from rewards.pooling.seats import EarlierFinding

blueprint = Blueprint("verification", __name__, description="What verifiers see and say.")

MG_PER_KG = Decimal(1_000_000)
MOST_FINDINGS = 1000
SHOWN_AT_THE_END = 4


class FindingBody(Strict):
    """What was found for one drawn reduction; without `found_kg` it is confirmed."""

    action_id = PublicId("act", required=True)
    found_kg = DecimalText(metadata={"example": "0.046000"})
    note = Line(most=500)


class FindingsBody(Strict):
    """Findings, in any number of lists; a later one replaces an earlier one."""

    EXAMPLE: ClassVar[JsonObject] = {
        "findings": [{"action_id": "act_0199b2c3d4e57f0080000000000000aa", "found_kg": "0.046"}]
    }

    findings = plain.List(
        plain.Nested(FindingBody), required=True, validate=Count(1, MOST_FINDINGS)
    )


class AcceptanceBody(Strict):
    """The verifier's own number: thrown, drawn or made at home, and told to nobody before."""

    EXAMPLE: ClassVar[JsonObject] = {"number": "402219073358"}

    number = Line(required=True, most=MOST_DIGITS, metadata={"example": "402219073358"})


class OpinionBody(Strict):
    """The verifier's opinion of the whole bundle."""

    EXAMPLE: ClassVar[JsonObject] = {"opinion": "positive", "statement": "Reasonable assurance."}

    opinion = plain.String(
        required=True,
        validate=OneOf([POSITIVE, NEGATIVE]),
        metadata={"enum": [POSITIVE, NEGATIVE]},
    )
    statement = Line(required=True, most=2000)


class SentFinding(TypedDict):
    """As ``FindingBody`` loads it."""

    action_id: UUID
    found_kg: NotRequired[Decimal]
    note: NotRequired[str]


class SentFindings(TypedDict):
    """As ``FindingsBody`` loads it."""

    findings: list[SentFinding]


class SentAcceptance(TypedDict):
    """As ``AcceptanceBody`` loads it."""

    number: str


class SentOpinion(TypedDict):
    """As ``OpinionBody`` loads it."""

    opinion: str
    statement: str


class Counted(Schema):
    """How many findings came in and how many are missing."""

    received = plain.Integer()
    missing = plain.Integer()


class FoundAnswer(Schema):
    """What the verifier found of one reduction; null until it has looked."""

    found_kg = plain.String(allow_none=True, metadata={"format": "decimal"})
    finding = plain.String(allow_none=True, metadata={"enum": list(OUTCOMES)})
    note = plain.String(allow_none=True)


class Drawn(SavedAnswer, FoundAnswer):
    """One drawn reduction: what was recorded, and how it was calculated."""

    action_id = plain.String()
    provider = plain.Dict(allow_none=True)
    external_id = plain.String(
        allow_none=True, metadata={"description": "By which the provider finds its own record."}
    )
    shredded = plain.Boolean(
        metadata={
            "description": "The person left: external id and evidence can be read by nobody. The"
            " calculation can be run again; look at the provider's own record by its time and rule."
        }
    )
    behaviour = plain.String()
    occurred_at = Moment()
    ended_at = Moment(allow_none=True)
    recorded_at = Moment()
    region = plain.String()
    quantities = plain.Dict()
    evidence = plain.Dict(
        metadata={"description": "Whole for the verifier; for others the last characters of each."}
    )
    calculation = plain.Dict()


class EarlierFindingAnswer(FoundAnswer):
    """One reduction of an earlier attempt; what was not found is null."""

    attempt = plain.Integer()
    action_id = plain.String()
    stratum = plain.Integer()
    reduction_kg = plain.String(metadata={"format": "decimal"})
    found_at = Moment(allow_none=True)


@blueprint.route("/v1/bundles/<bundle_id>/sample")
@allow("verifier", "operator", "authority", step="verification.read_sample")
@blueprint.lists(Drawn, "Sample")
def read_drawn_sample(bundle_id: str) -> Response:
    """The drawn reductions with their evidence and calculation, without anybody's person."""
    viewer = caller().viewer
    show = partial(_drawn, whole=viewer.role == VERIFIER)
    bundle = parse("bdl", bundle_id)
    return read_page_by(_action, UUID, show, read_sample, bundle, viewer=viewer)


@blueprint.route("/v1/bundles/<bundle_id>/earlier-findings")
@allow("verifier", "operator", "authority")
@blueprint.lists(EarlierFindingAnswer, "EarlierFindings")
def read_earlier_findings(bundle_id: str) -> Response:
    """What earlier verifiers had drawn and found when their seats ended; none of it counts."""
    bundle, viewer = parse("bdl", bundle_id), caller().viewer
    return read_page_by(_seat, _after, _earlier, read_earlier_sample, bundle, viewer=viewer)


def _action(row: JsonObject) -> str:
    return str(row["action_id"])[4:]


def _seat(row: JsonObject) -> list[Json]:
    return [row["attempt"], _action(row)]


def _after(cursor: tuple[int, str]) -> tuple[int, UUID]:
    attempt, action_id = cursor
    return attempt, UUID(action_id)


@blueprint.route("/v1/bundles/<bundle_id>/accept", methods=["POST"])
@allow(*roles_for(ACCEPT), step="verification.accept")
@blueprint.arguments(AcceptanceBody)
@blueprint.response(200, WorkedOn)
def accept(body: SentAcceptance, bundle_id: str) -> Response:
    """Accept the verification with a number of 12 to 64 digits; the sample follows from it."""
    return work_on(accept_verification, bundle_id, number=body["number"], **by_terms())


@blueprint.route("/v1/bundles/<bundle_id>/findings", methods=["POST"])
@allow(*roles_for(FIND), step="verification.find")
@blueprint.arguments(FindingsBody)
@blueprint.response(200, Counted)
def send_findings(body: SentFindings, bundle_id: str) -> Response:
    """Say what was found for drawn reductions; more than was recorded counts as confirmed."""
    findings = [
        StatedFinding(
            each["action_id"],
            int(each["found_kg"] * MG_PER_KG) if "found_kg" in each else None,
            each.get("note"),
        )
        for each in body["findings"]
    ]

    def counted(missing: int) -> JsonObject:
        return {"received": len(findings), "missing": missing}

    return once(counted, required=False)(
        give_findings, parse("bdl", bundle_id), findings, **by_caller()
    )


@blueprint.route("/v1/bundles/<bundle_id>/opinion", methods=["POST"])
@allow(*roles_for(VERIFY), step="verification.opine")
@blueprint.arguments(OpinionBody)
@blueprint.response(200, WorkedOn)
def send_opinion(body: SentOpinion, bundle_id: str) -> Response:
    """Give the opinion; a positive one deducts the upper bound of what is overstated."""
    return work_on(
        give_opinion,
        bundle_id,
        positive=body["opinion"] == POSITIVE,
        statement=body["statement"],
        **by_caller(),
    )


def _earlier(one: EarlierFinding) -> JsonObject:
    return {
        "attempt": one.attempt,
        "action_id": public("act", one.action_id),
        "stratum": one.stratum,
        "reduction_kg": kg(one.saved_mg),
        "found_kg": None if one.found_mg is None else kg(one.found_mg),
        "finding": one.finding,
        "note": one.note,
        "found_at": moment(one.found_at) if one.found_at else None,
    }


def _drawn(one: DrawnReduction, *, whole: bool) -> JsonObject:
    """``whole``: with all of its evidence, for whom is to check it."""
    hidden = () if whole else one.evidence.values()
    return {
        "action_id": public("act", one.action_id),
        "provider": {"id": public("org", one.provider_id), "name": one.provider_name}
        if one.provider_id
        else None,
        "external_id": one.external_id,
        "shredded": one.is_shredded,
        "behaviour": one.behaviour,
        "occurred_at": moment(one.occurred_at),
        "ended_at": moment(one.ended_at) if one.ended_at else None,
        "recorded_at": moment(one.recorded_at),
        "region": one.region,
        "quantities": one.quantities,
        "evidence": _without(one.evidence, set(hidden)),
        "methodology": f"{one.methodology}@{one.version}",
        "digest": "sha256:" + one.digest.hex(),
        "provenance": one.provenance,
        "calculation": _without(one.calculation, set(hidden)),
        "reduction_kg": kg(one.saved_mg),
        "found_kg": None if one.found_mg is None else kg(one.found_mg),
        "finding": one.finding,
        "note": one.note,
    }


def _end_of(value: str) -> str:
    """A meter or an account number leads to a person; its end tells records apart."""
    return "…" + value[-SHOWN_AT_THE_END:] if len(value) > SHOWN_AT_THE_END else "…"


def _without(value: Any, hidden: set[str]) -> Any:
    """``value`` with every piece of evidence in it shown by its end only."""
    if isinstance(value, Mapping):
        return {name: _without(inner, hidden) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, hidden) for inner in value]
    return _end_of(value) if isinstance(value, str) and value in hidden else value
