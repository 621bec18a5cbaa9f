"""Building a bundle: opened, selected, reported, submitted, noticed; or cancelled."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.api.pooling.working import by_terms, start_work_on, work_on
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import DecimalText, Line, PublicId, Region, Strict
from app.http.languages import LANGUAGE, wanted_language
from app.http.once import once
from app.http.pages import read_one, read_page
from app.http.paper import printed
from app.http.periods import PeriodBody, SentPeriod
from app.http.validators import Between, Count
from app.ids import parse
from app.messages.catalogues import DEFAULT
from app.shown.bundle_counts import CountedAnswer, PreviewAnswer, counted_answer, preview_answer
from app.shown.bundle_report_pdf import bundle_report_pdf
from app.shown.bundles import Bundles, SeenWorkedOn, WorkedOn, seen_worked_on, worked_on
from app.usecases.pooling.cancel_bundle import cancel_bundle as cancel
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.open_bundle import open_bundle
from app.usecases.pooling.read_bundles import read_bundles
from app.usecases.pooling.read_exclusions import read_exclusions
from app.usecases.pooling.read_preview import read_preview
from app.usecases.pooling.read_report import read_report as report_of
from app.usecases.pooling.see_bundle import see_bundle
from app.usecases.pooling.start_preview import start_preview
from app.usecases.pooling.start_report import start_report
from app.usecases.pooling.start_selection import start_selection
from app.usecases.pooling.submit_bundle import WantedSample, submit_bundle
from behaviours.json_value import JsonObject
from rewards.pooling.bundle import CANCEL, NOTICE, PREVIEW, SELECT, START_REPORT, SUBMIT, roles_for
from rewards.pooling.documents import Conditions

blueprint = Blueprint("bundles", __name__, description="From verified reductions to a bundle.")

MOST_MIXED = 100
READERS = ("operator", "authority", "verifier")


class BundleBody(PeriodBody):
    """What a bundle may hold."""

    EXAMPLE: ClassVar[JsonObject] = {
        "methodology_code": "gd.distributed_pv",
        "vintage": 2026,
        "from": "2026-01-01",
        "to": "2026-06-30",
        "unit_class": "voluntary",
    }

    methodology_code = Line(
        metadata={"description": "Left out: several, which `methodology_codes` names."}
    )
    methodology_codes = plain.List(
        Line(),
        validate=Count(2, MOST_MIXED),
        metadata={
            "description": "Several methodologies, by name; only where the class of the units"
            " permits that they are mixed (`voluntary`)."
        },
    )
    vintage = plain.Integer(required=True, strict=True, validate=Between(2000, 2999))
    region = Region(metadata={"description": "Left out: every region."})
    unit_class = Line(required=True, metadata={"enum": ["compliance", "voluntary"]})


class SentBundle(SentPeriod):
    """As ``BundleBody`` loads it."""

    methodology_code: NotRequired[str]
    methodology_codes: NotRequired[list[str]]
    vintage: int
    region: NotRequired[str]
    unit_class: str


class PlanBody(Strict):
    """How much is looked at: the programme's floors or better. Nobody chooses a seed."""

    confidence = DecimalText(load_default=Decimal("0.95"), metadata={"example": "0.95"})
    precision = DecimalText(load_default=Decimal("0.05"), metadata={"example": "0.05"})


class SubmissionBody(Strict):
    """By which plan it is verified; all of it may be left out."""

    EXAMPLE: ClassVar[JsonObject] = {"plan": {"confidence": "0.95", "precision": "0.05"}}

    verifier_id = PublicId(
        "org",
        metadata={
            "description": "Left out: whom the authority approved for this bundle by name, or one"
            " that is drawn from its pool. Nobody else can be named."
        },
    )
    plan = plain.Nested(PlanBody, load_default=lambda: PlanBody().load({}))


class SentPlan(TypedDict):
    """As ``PlanBody`` loads it."""

    confidence: Decimal
    precision: Decimal


class SentSubmission(TypedDict):
    """As ``SubmissionBody`` loads it."""

    verifier_id: NotRequired[UUID]
    plan: SentPlan


class Report(Schema):
    """The monitoring report: counts and masses by behaviour, month, region and rule."""

    bundle_id = plain.String()
    written_at = plain.String(metadata={"format": "date-time"})
    conditions = plain.Dict(metadata={"description": "Under which the bundle was opened."})
    reductions = plain.Integer()
    saved_mg = plain.String(metadata={"description": "Of them together, in milligrams CO2e."})
    carried_in_mg = plain.String(
        metadata={"description": "What was too little for a tonne of the bundle before this one."}
    )
    by_behaviour = plain.List(plain.Dict())
    by_month = plain.List(plain.Dict())
    by_region = plain.List(plain.Dict())
    by_version = plain.List(plain.Dict())
    factors = plain.List(plain.Dict())


@blueprint.route("/v1/bundles", methods=["POST"])
@allow("operator", step="bundle.open")
@blueprint.arguments(BundleBody)
@blueprint.response(201, WorkedOn)
def open_a_bundle(body: SentBundle) -> Response:
    """Open a bundle for actions of certain civil days of one vintage year."""
    return once(worked_on, status=201, required=False)(
        open_bundle,
        Conditions(
            methodology=body.get("methodology_code"),
            vintage=body["vintage"],
            region=body.get("region"),
            occurred_from=body["from"],
            occurred_to=body["to"],
            unit_class=body["unit_class"],
            methodologies=tuple(sorted(set(named)))
            if (named := body.get("methodology_codes"))
            else None,
        ),
        created_by=caller().user_id,
        known_methodologies={version.code for version in wiring().rulebook.versions()},
        reserve_per_mille=wiring().programme.reserve_per_mille,
        clock=wiring().clock,
    )


@blueprint.route("/v1/bundles")
@allow(*READERS)
@blueprint.lists(Bundles)
def list_all_bundles() -> Response:
    """Bundles, newest first; a verifier sees those that were submitted to it."""
    return read_page(seen_worked_on, read_bundles, viewer=caller().viewer)


@blueprint.route("/v1/bundles/<bundle_id>")
@allow(*READERS)
@blueprint.response(200, SeenWorkedOn)
def read_one_bundle(bundle_id: str) -> Response:
    """A bundle as it stands."""
    return read_one(seen_worked_on, see_bundle, parse("bdl", bundle_id), viewer=caller().viewer)


@blueprint.route("/v1/bundles/<bundle_id>/report")
@allow(*READERS)
@blueprint.response(200, Report)
def read_report(bundle_id: str) -> Response:
    """The monitoring report."""
    report = wiring().database.transact(report_of, parse("bdl", bundle_id), viewer=caller().viewer)
    return jsonify(report.as_document())


@blueprint.route("/v1/bundles/<bundle_id>/report.pdf")
@allow(*READERS)
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, description="The report as pages", content_type="application/pdf")
def read_report_pages(bundle_id: str) -> Response:
    """The monitoring report as pages, in the language of `lang` or `Accept-Language`.

    Every figure is that of the JSON, which is attached to the file. By default in English.
    """
    language = wanted_language() or DEFAULT
    report = wiring().database.transact(report_of, parse("bdl", bundle_id), viewer=caller().viewer)
    return printed(bundle_report_pdf(report, language), report.bundle, language)


@blueprint.route("/v1/bundles/<bundle_id>/preview", methods=["POST"])
@allow(*roles_for(PREVIEW), step="bundle.preview")
@blueprint.response(202, WorkedOn)
def preview_reductions(bundle_id: str) -> Response:
    """Start counting what a draft would hold, before anything is marked; as often as wanted.

    `task_id` tells the progress, GET of the same address what was counted.
    """
    return start_work_on(start_preview, bundle_id, **by_caller())


@blueprint.route("/v1/bundles/<bundle_id>/preview")
@allow(*READERS)
@blueprint.response(200, PreviewAnswer)
def show_preview(bundle_id: str) -> Response:
    """What the draft would hold and leave out, by the last preview."""
    return read_one(preview_answer, read_preview, parse("bdl", bundle_id), viewer=caller().viewer)


@blueprint.route("/v1/bundles/<bundle_id>/exclusions")
@allow(*READERS)
@blueprint.response(200, CountedAnswer)
def show_exclusions(bundle_id: str) -> Response:
    """What the selection took and what it left out, by the first reason; all of it adds up.

    As it was when the days were looked at: what has left the bundle since stands in its report.
    """
    return read_one(
        counted_answer, read_exclusions, parse("bdl", bundle_id), viewer=caller().viewer
    )


@blueprint.route("/v1/bundles/<bundle_id>/select", methods=["POST"])
@allow(*roles_for(SELECT), step="bundle.select")
@blueprint.response(202, WorkedOn)
def select_reductions(bundle_id: str) -> Response:
    """Start selecting: everything that qualifies and is in no other bundle, exactly once.

    What qualifies: of the bundle's methodology, region, vintage and days; entrusted by the
    person; not taken back; of an official source or approved by two people; not behaviour-only;
    not reported by a covered emitter. `task_id` tells the progress.
    """
    return start_work_on(start_selection, bundle_id, **by_caller())


@blueprint.route("/v1/bundles/<bundle_id>/report", methods=["POST"])
@allow(*roles_for(START_REPORT), step="bundle.report")
@blueprint.response(202, WorkedOn)
def write_a_report(bundle_id: str) -> Response:
    """Start writing the monitoring report of a selected bundle."""
    return start_work_on(start_report, bundle_id, **by_caller())


@blueprint.route("/v1/bundles/<bundle_id>/submit", methods=["POST"])
@allow(*roles_for(SUBMIT), step="bundle.submit")
@blueprint.arguments(SubmissionBody, required=False)
@blueprint.response(200, WorkedOn)
def submit_to_verifier(body: SentSubmission, bundle_id: str) -> Response:
    """Submit a reported bundle to a verifier: its population stands, its plan is published.

    Who verifies is drawn from the authority's pool, without those who are tied to the bundle or
    verified one of the last; the draw is published at once. The sample is drawn when the verifier
    accepts with a number of its own.
    """
    plan = body["plan"]
    return work_on(
        submit_bundle,
        bundle_id,
        verifier_id=body.get("verifier_id"),
        wanted=WantedSample(plan["confidence"], plan["precision"]),
        floor=wiring().programme.sampling,
        **by_terms(),
    )


@blueprint.route("/v1/bundles/<bundle_id>/notice", methods=["POST"])
@allow(*roles_for(NOTICE), step="bundle.notice")
@blueprint.response(200, WorkedOn)
def give_public_notice(bundle_id: str) -> Response:
    """Publish a verified bundle; it may be sealed when the notice has run out.

    How many working days it runs, and by which calendar, the programme's document says.
    """
    parts = wiring()
    return work_on(
        give_notice,
        bundle_id,
        terms=parts.programme.notice._replace(calendar=parts.calendar),
        zone=parts.zone,
        **by_caller(),
    )


@blueprint.route("/v1/bundles/<bundle_id>/cancel", methods=["POST"])
@allow(*roles_for(CANCEL), step="bundle.cancel")
@blueprint.response(202, WorkedOn)
def cancel_bundle(bundle_id: str) -> Response:
    """Cancel an unsealed bundle: its reductions return to the pool."""
    return start_work_on(cancel, bundle_id, **by_caller())
