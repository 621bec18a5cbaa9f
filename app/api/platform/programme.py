"""What the programme has published about itself: its document and its points policy."""

from __future__ import annotations

from datetime import date, timedelta

from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.shown.data_protection import DataProtectionAnswer, data_protection_shown
from app.shown.engagement import EngagementAnswer, engagement_shown
from app.shown.market_terms import ComplianceCapsAnswer, PaymentClocks, SettlementClock, caps_shown
from app.shown.points_policy import PointsClocks, PolicyVersion, policy_shown
from app.shown.programme import checks_shown, quota_shown
from app.shown.retention import RetentionLine, schedule_shown
from behaviours.civil_time import civil_day
from behaviours.complaint_terms import GRADE
from behaviours.json_value import JsonObject
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.paper_kinds import DOCUMENT_KINDS
from behaviours.paper_terms import GRADE as PAPERS_GRADE
from behaviours.programme import Programme
from behaviours.quotas import Quota, Quotas

MG_PER_G = 1000

blueprint = Blueprint("programme", __name__, description="What the programme published of itself.")


class ProgrammeName(Schema):
    """The programme's name in each language."""

    zh = plain.String(metadata={"example": "碳普惠"})
    en = plain.String(metadata={"example": "Tanpuhui"})


class NoticeTerms(Schema):
    """Public notice before a bundle is sealed: the least working days, and which days work."""

    working_days = plain.Integer(metadata={"example": 5})
    calendar = plain.String(metadata={"enum": ["cn", "weekdays"]})
    holidays = plain.List(plain.String(metadata={"format": "date"}))
    workdays = plain.List(plain.String(metadata={"format": "date"}))


class SamplingFloor(Schema):
    """What a verifier's sampling plan promises at least, its strata, and the verifier's days."""

    least_confidence = plain.String(metadata={"example": "0.90"})
    widest_precision = plain.String(metadata={"example": "0.10"})
    least_size = plain.Integer(metadata={"example": 30})
    mass_cuts_g = plain.List(
        plain.String(), metadata={"description": "Where the strata of mass end.", "example": ["30"]}
    )
    rotation = plain.Integer(
        metadata={"description": "Submissions for which whoever verified one is not drawn again."}
    )
    accept_within_days = plain.Integer(metadata={"description": "Working days.", "example": 5})
    opinion_within_days = plain.Integer(metadata={"description": "Working days.", "example": 20})


class SignatureTerms(Schema):
    """How long one person's word stands while another's is missing."""

    lapse_after_days = plain.Integer(metadata={"example": 30})


class SessionLife(Schema):
    """How long staff stays logged in: from the begin, and without renewing."""

    hours = plain.Integer(metadata={"example": 12})
    idle_minutes = plain.Integer(metadata={"example": 30})


class ComplaintClocks(Schema):
    """What is promised to who complains: clocks in working days, limits of a civil day."""

    acknowledge_days = plain.Integer(metadata={"example": 2})
    reply_days = plain.Integer(metadata={"example": 10})
    escalate_days = plain.Integer(metadata={"example": 10})
    decide_days = plain.Integer(metadata={"example": 20})
    complaints_per_day = plain.Integer(metadata={"example": 10})
    messages_per_day = plain.Integer(metadata={"example": 20})
    grade = plain.String(metadata={"description": "How well founded the figures are."})


class PaperClocks(Schema):
    """What follows when papers of organisations run out: in civil days, and of which kinds.

    Once one that is needed ran out and the days of grace are over, nothing new begins with the
    organisation until another one is accepted.
    """

    listed_within_days = plain.Integer(metadata={"example": 30})
    grace_days = plain.Integer(metadata={"example": 14})
    needed = plain.Dict(
        keys=plain.String(metadata={"enum": list(ORGANISATION_KINDS)}),
        values=plain.List(plain.String(metadata={"enum": list(DOCUMENT_KINDS)})),
    )
    grade = plain.String(metadata={"description": "How well founded the figures are."})


class ProviderQuota(Schema):
    """What of one provider is credited on a day without a look; null: without limit."""

    provider_id = plain.String()
    actions_per_day = plain.Integer(allow_none=True)
    kg_per_day = plain.String(allow_none=True, metadata={"example": "1000"})


class QuotaTerms(Schema):
    """Quotas of a provider's day; what goes over them is held. Null: without limit."""

    actions_per_day = plain.Integer(allow_none=True)
    kg_per_day = plain.String(allow_none=True, metadata={"example": "1000"})
    alarm_at_per_mille = plain.Integer(metadata={"example": 800})
    providers = plain.List(plain.Nested(ProviderQuota))


class BehaviourPeople(Schema):
    """How many people may have the same content of a behaviour on a day."""

    behaviour = plain.String(metadata={"example": "bike_ride"})
    people = plain.Integer()


class DeviceCheck(Schema):
    """How many people may report by one device of a provider on a day."""

    people = plain.Integer()


class ContentCheck(Schema):
    """How many people may have the same content from one provider on a day; null: any number."""

    people = plain.Integer(allow_none=True)
    behaviours = plain.List(plain.Nested(BehaviourPeople))


class TogetherCheck(Schema):
    """How many who enrolled so many minutes ago may be active in one span of as many minutes."""

    people = plain.Integer()
    minutes = plain.Integer()


class SpeedCheck(Schema):
    """How fast a person may get from one place to the next, and for how long places are kept."""

    km_per_hour = plain.Integer()
    keep_places_days = plain.Integer(metadata={"example": 30})


class CheckTerms(Schema):
    """What is held because it is unusual among many actions; null is not checked."""

    same_device = plain.Nested(DeviceCheck, allow_none=True)
    same_evidence = plain.Nested(ContentCheck, allow_none=True)
    enrolled_together = plain.Nested(TogetherCheck, allow_none=True)
    impossible_speed = plain.Nested(SpeedCheck, allow_none=True)


class ProceedsRule(Schema):
    """How what the programme's units are sold for is shared, in millionths of each amount."""

    people_ppm = plain.Integer(metadata={"example": 700000})
    sponsors_ppm = plain.Integer(metadata={"example": 200000})
    programme_ppm = plain.Integer(metadata={"example": 100000})


class StatisticsFloor(Schema):
    """Of how few people published statistics tell nothing."""

    least_people = plain.Integer(metadata={"example": 5})


class ProgrammeVersion(Schema):
    """One dated version of the programme's document, with the digest of its content."""

    version = plain.String(metadata={"example": "0.10"})
    effective_from = plain.String(metadata={"example": "2020-01-01", "format": "date"})
    digest = plain.String(metadata={"example": "sha256:f2096e39"})
    name = plain.Nested(ProgrammeName)
    zone = plain.String(metadata={"example": "Asia/Shanghai"})
    currency = plain.String(metadata={"example": "CNY"})
    serial_prefix = plain.String(metadata={"example": "TPH"})
    reserve_per_mille = plain.Integer(metadata={"example": 50})
    pay_within_seconds = plain.Integer(metadata={"example": 1800})
    code_lifetime_seconds = plain.Integer(metadata={"example": 60})
    notice = plain.Nested(NoticeTerms)
    sampling = plain.Nested(SamplingFloor)
    signatures = plain.Nested(SignatureTerms)
    sessions = plain.Nested(SessionLife)
    quotas = plain.Nested(QuotaTerms)
    checks = plain.Nested(CheckTerms)
    complaints = plain.Nested(ComplaintClocks)
    papers = plain.Nested(PaperClocks)
    retention = plain.List(plain.Nested(RetentionLine))
    data_protection = plain.Nested(DataProtectionAnswer)
    proceeds = plain.Nested(
        ProceedsRule, allow_none=True, metadata={"description": "Null: nothing is shared."}
    )
    payments = plain.Nested(PaymentClocks)
    compliance = plain.Nested(ComplianceCapsAnswer)
    settlement = plain.Nested(SettlementClock)
    statistics = plain.Nested(StatisticsFloor)
    points = plain.Nested(PointsClocks)
    engagement = plain.Nested(EngagementAnswer)
    points_policy = plain.String(metadata={"example": "demonstration"})
    locales = plain.List(plain.String(metadata={"example": "zh-CN"}))


class ProgrammeAnswer(ProgrammeVersion):
    """The version in force today; ``announced`` are those that come, the next one first."""

    announced = plain.List(plain.Nested(ProgrammeVersion))


class PolicyAnswer(Schema):
    """The points policy in force today (null when none is), and those that come."""

    in_force = plain.Nested(PolicyVersion, allow_none=True)
    announced = plain.List(plain.Nested(PolicyVersion))


@blueprint.route("/v1/programme")
@allow_public
@blueprint.response(200, ProgrammeAnswer)
def read_programme() -> JsonObject:
    """The programme's document in force, with its digest, and what is announced."""
    programmes, today = wiring().programmes, _today()
    announced = [_version(each) for each in programmes.announced(today)]
    return {**_version(programmes.on(today)), "announced": announced}


@blueprint.route("/v1/programme/points-policy")
@allow_public
@blueprint.response(200, PolicyAnswer)
def read_points_policy() -> JsonObject:
    """The rules by which grams become points: in force today, and announced."""
    today = _today()
    begun = [each for each in wiring().policies.all() if each.document.in_force_from <= today]
    announced = [each for each in wiring().policies.all() if each.document.in_force_from > today]
    ends = begun[-1].document.in_force_to if begun else None
    holds = bool(begun) and (ends is None or ends >= today)
    return {
        "in_force": policy_shown(begun[-1]) if holds else None,
        "announced": [policy_shown(each) for each in announced],
    }


def _today() -> date:
    return civil_day(now(), wiring().zone)


def _version(programme: Programme) -> JsonObject:
    calendar = programme.notice.calendar
    return {
        "version": programme.version,
        "effective_from": programme.effective_from.isoformat(),
        "digest": programme.digest,
        "name": {"zh": programme.name_zh, "en": programme.name_en},
        "zone": programme.zone.key,
        "currency": programme.currency,
        "serial_prefix": programme.serial_prefix,
        "reserve_per_mille": programme.reserve_per_mille,
        "pay_within_seconds": int(programme.pay_within.total_seconds()),
        "code_lifetime_seconds": int(programme.code_lifetime.total_seconds()),
        "notice": {
            "working_days": programme.notice.working_days,
            "calendar": calendar.name,
            "holidays": sorted(day.isoformat() for day in calendar.holidays),
            "workdays": sorted(day.isoformat() for day in calendar.workdays),
        },
        "sampling": {
            "least_confidence": str(programme.sampling.least_confidence),
            "widest_precision": str(programme.sampling.widest_precision),
            "least_size": programme.sampling.least_size,
            "mass_cuts_g": [str(cut // MG_PER_G) for cut in programme.sampling.mass_cuts_mg],
            "rotation": programme.sampling.rotation,
            "accept_within_days": programme.sampling.accept_within_days,
            "opinion_within_days": programme.sampling.opinion_within_days,
        },
        "signatures": {"lapse_after_days": programme.signed_for.days},
        "sessions": {
            "hours": programme.sessions.longest // timedelta(hours=1),
            "idle_minutes": programme.sessions.idle // timedelta(minutes=1),
        },
        "quotas": _quotas(programme.quotas),
        "checks": checks_shown(programme.checks),
        "complaints": {**programme.complaints._asdict(), "grade": GRADE},
        "papers": {
            "listed_within_days": programme.papers.listed_within_days,
            "grace_days": programme.papers.grace_days,
            "needed": {of: list(kinds) for of, kinds in programme.papers.needed.items()},
            "grade": PAPERS_GRADE,
        },
        "retention": schedule_shown(programme.retention),
        "data_protection": data_protection_shown(programme.data_protection),
        "proceeds": programme.proceeds and programme.proceeds._asdict(),
        "payments": programme.payments._asdict(),
        "compliance": caps_shown(programme.compliance),
        "settlement": programme.settlement._asdict(),
        "statistics": programme.statistics._asdict(),
        "points": programme.points._asdict(),
        "engagement": engagement_shown(programme.engagement),
        "points_policy": programme.points_policy,
        "locales": list(programme.locales),
    }


def _quotas(quotas: Quotas) -> JsonObject:
    return {
        **quota_shown(quotas.by_default or Quota()),
        "alarm_at_per_mille": quotas.alarm_at_per_mille,
        "providers": [
            {"provider_id": f"org_{provider}", **quota_shown(quota)}
            for provider, quota in quotas.of_providers.items()
        ],
    }
