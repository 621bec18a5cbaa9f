"""A provider as it sees itself, once for the route and for the command line."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from app.shown.issuers import issuer_answer
from app.shown.programme import checks_shown, quota_shown
from app.shown.titles import titles
from app.usecases.recording.read_provider import QuotaToday, SeenProvider
from behaviours.actions.installation import STATES as INSTALLATION_STATES
from behaviours.actions.reportable import MOST_COUNTED, NAMINGS, Reportable, WaitingOfProvider
from behaviours.actions.waiting import OPEN
from behaviours.checks import Checks
from behaviours.json_value import JsonObject
from behaviours.quotas import MG_PER_KG, Quota
from behaviours.rules.units import kg
from behaviours.standing import STANDINGS


class IssuedClientAnswer(Schema):
    """A client of the provider; its secret was shown once."""

    client_id = plain.String()
    issued_at = Moment()
    disabled_at = Moment(allow_none=True)


class NumbersAnswer(Schema):
    """A kind of number by which an action counts once, and whose it is."""

    kind = plain.String(metadata={"example": "ride"})
    evidence = plain.List(plain.String(), metadata={"example": ["ride_id"]})
    issuers = plain.List(plain.String(), metadata={"example": ["hz_metro"]})
    naming = plain.String(
        metadata={
            "enum": list(NAMINGS),
            "description": "`own_number`: the provider's own. `may_name`: of its only issuer."
            " `must_name`: `evidence.issuer` says which one.",
        }
    )


class ReportableAnswer(Schema):
    """A behaviour that some rule prices today."""

    behaviour = plain.String(metadata={"example": "metro_ride"})
    title_zh = plain.String()
    title_en = plain.String()
    category_code = plain.String()
    methodologies = plain.List(plain.String())
    numbers = plain.List(plain.Nested(NumbersAnswer))


class OwnIssuerAnswer(Schema):
    """An issuer whose numbers the provider is admitted to report."""

    code = plain.String()
    name_zh = plain.String()
    name_en = plain.String()
    kinds = plain.List(plain.String())
    per = plain.String()


class QuotaTodayAnswer(Schema):
    """The provider's quota of the running civil day. Null: no limit, and nothing is counted."""

    day = plain.String(metadata={"format": "date"})
    ends_at = Moment()
    actions_per_day = plain.Integer(allow_none=True)
    actions_used = plain.Integer(allow_none=True)
    actions_left = plain.Integer(allow_none=True)
    kg_per_day = plain.String(allow_none=True)
    kg_used = plain.String(allow_none=True)
    kg_left = plain.String(allow_none=True)
    alarm_at_per_mille = plain.Integer()
    alarmed_at = plain.String(
        allow_none=True,
        metadata={"description": "When the operators were told that it is nearly used."},
    )


class WaitingStateAnswer(Schema):
    """The provider's actions in one state of waiting; `/v1/holds` lists them."""

    state = plain.String(metadata={"enum": list(OPEN)})
    actions = plain.Integer(metadata={"description": f"Counted up to {MOST_COUNTED:,}."})
    oldest_at = Moment()
    next_lapse_at = Moment()
    alarmed = plain.Integer(metadata={"description": "At which nobody looked in time."})
    reasons = plain.Dict(keys=plain.String(), values=plain.Integer())


class SignalAnswer(Schema):
    """A check of the programme over many actions, and how many of the provider's it holds."""

    code = plain.String(metadata={"example": "same_device"})
    terms = plain.Dict(allow_none=True, metadata={"description": "Null: it is not done."})
    held = plain.Integer()


class InstallationsAnswer(Schema):
    """How many installations of a kind the provider registered or holds, by state."""

    kind = plain.String(metadata={"example": "pv_plant"})
    reported = plain.Integer()
    confirmed = plain.Integer()
    ended = plain.Integer()


class ProviderAnswer(Schema):
    """A provider as it sees itself; nothing of anybody else."""

    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    name = plain.String()
    status = plain.String(metadata={"enum": list(STANDINGS)})
    admitted_at = Moment()
    clients = plain.List(plain.Nested(IssuedClientAnswer))
    scenes = plain.List(plain.Nested(ReportableAnswer))
    issuers = plain.List(plain.Nested(OwnIssuerAnswer))
    quota = plain.Nested(QuotaTodayAnswer)
    waiting = plain.List(plain.Nested(WaitingStateAnswer))
    signals = plain.List(plain.Nested(SignalAnswer))
    installations = plain.List(plain.Nested(InstallationsAnswer))


def provider_shown(seen: SeenProvider) -> JsonObject:
    """Everything of ``ProviderAnswer``."""
    admitted = seen.admitted
    return {
        "id": public("org", admitted.organisation.organisation_id),
        "name": admitted.organisation.name,
        "status": admitted.standing,
        "admitted_at": moment(admitted.admitted_at),
        "clients": [
            {
                "client_id": each.client_id,
                "issued_at": moment(each.issued_at),
                "disabled_at": moment(each.disabled_at) if each.disabled_at else None,
            }
            for each in admitted.clients
        ],
        "scenes": [_reportable(each) for each in seen.reportable],
        "issuers": [issuer_answer(each) for each in seen.issuers],
        "quota": _quota(seen.quota),
        "waiting": [
            _waiting(state, seen.waiting[state]) for state in OPEN if state in seen.waiting
        ],
        "signals": _signals(seen.checks, seen.waiting),
        "installations": _installations(seen.installations),
    }


def _reportable(each: Reportable) -> JsonObject:
    return {
        "behaviour": each.behaviour,
        **titles(each),
        "category_code": each.category_code,
        "methodologies": [version.label for version in each.versions],
        "numbers": [
            {
                "kind": one.kind,
                "evidence": list(one.evidence),
                "issuers": list(one.issuers),
                "naming": one.naming,
            }
            for one in each.numbers
        ],
    }


def _quota(today: QuotaToday) -> JsonObject:
    quota, used = today.quota or Quota(), today.used
    actions_left = kg_left = None
    if used is not None and quota.actions is not None:
        actions_left = max(0, quota.actions - used.actions)
    if used is not None and quota.kg is not None:
        kg_left = kg(max(0, quota.kg * MG_PER_KG - used.saved_mg))
    return {
        "day": today.day.isoformat(),
        "ends_at": moment(today.ends_at),
        **quota_shown(quota),
        "actions_used": None if used is None else used.actions,
        "actions_left": actions_left,
        "kg_used": None if used is None else kg(used.saved_mg),
        "kg_left": kg_left,
        "alarm_at_per_mille": today.alarm_at_per_mille,
        "alarmed_at": moment(today.alarmed_at) if today.alarmed_at else None,
    }


def _waiting(state: str, waiting: WaitingOfProvider) -> JsonObject:
    return {
        "state": state,
        "actions": waiting.actions,
        "oldest_at": moment(waiting.oldest_at),
        "next_lapse_at": moment(waiting.next_lapse_at),
        "alarmed": waiting.alarmed,
        "reasons": dict(sorted(waiting.reasons.items())),
    }


def _signals(checks: Checks, waiting: Mapping[str, WaitingOfProvider]) -> list[JsonObject]:
    return [
        {
            "code": code,
            "terms": terms,
            "held": sum(each.reasons.get(code, 0) for each in waiting.values()),
        }
        for code, terms in checks_shown(checks).items()
    ]


def _installations(counted: Mapping[tuple[str, str], int]) -> list[JsonObject]:
    return [
        {"kind": kind, **{state: counted.get((kind, state), 0) for state in INSTALLATION_STATES}}
        for kind in dict.fromkeys(kind for kind, _ in counted)
    ]
