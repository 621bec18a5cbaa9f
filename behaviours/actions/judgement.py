"""Judgement: every check of an action that needs no database, by the rule of its day.

What a refusal quotes is only ever what the sender sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action, HistoryNeed
from behaviours.actions.claims import NamingOf, claims_of, kinds_with_issuer, with_defaults
from behaviours.actions.refusals import (
    ClaimNotDelegated,
    ClaimWindowClosed,
    ClaimWindowNotOpen,
    InTheFuture,
    InvalidEvidence,
    InvalidInterval,
    InvalidQuantity,
    NaiveTime,
)
from behaviours.actions.reporting import reporting_not_open
from behaviours.civil_time import instant, lies_within
from behaviours.issuers import CODE, UNIQUE, IssuerNotAdmitted, IssuerRegister, Naming
from behaviours.rules.members import EvidenceRule, QuantityRule
from behaviours.rules.methodology import Bound, Version

# Clocks of phones and tills run a little ahead.
TOLERANCE = timedelta(minutes=5)
EVIDENCE_LENGTH_MAX = 128
# Evidence that every rule takes: who gave out the numbers in the rest of it.
ISSUER = "issuer"

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?")
_NOUGHT = Decimal(0)


def check_times(action: Action, now: datetime) -> None:
    """Refuse naive times, the future, and an end that does not come after its start."""
    for moment, pointer in ((action.occurred_at, "/occurred_at"), (action.ended_at, "/ended_at")):
        if moment is None:
            continue
        if moment.tzinfo is None:
            raise NaiveTime(pointer=pointer)
        if moment > now + TOLERANCE:
            raise InTheFuture(pointer=pointer)
    if action.ended_at is not None and instant(action.ended_at) <= instant(action.occurred_at):
        raise InvalidInterval("backwards", pointer="/ended_at")


def judge_by(
    version: Version,
    action: Action,
    on: date,
    *,
    today: date,
    zone: tzinfo,
    bound: Bound | None = None,
    register: IssuerRegister | None = None,
) -> AcceptedAction:
    """The action that the version makes of an action done on the civil day ``on``; or a Refusal.

    ``today`` is the civil day of recording. ``bound`` are figures for a trial; without a
    ``register`` nobody asks whose the numbers are.
    """
    _check_priced(version, action, on, today=today, zone=zone, for_trial=bound is not None)
    quantities = read_quantities(version, action.quantities)
    evidence = _evidence(version, action.evidence)
    _check_sender(version, action, evidence)
    naming_of = _naming(version, action, register)
    claims = claims_of(version, action, evidence, on, zone, naming_of=naming_of)
    return AcceptedAction(
        action=action,
        version=version,
        quantities=quantities,
        evidence=evidence,
        claims=claims.keys,
        person_interval=claims.person_interval,
        meter_claim=claims.meter,
        exclusions=claims.exclusions,
        history_need=_history_need(version, evidence),
        occurred_on=on,
        vintage=on.year,
        bound=bound or version.bound(action.region, on, today),
        numbers=claims.numbers,
        issuers=claims.issuers,
        installation=claims.installation,
    )


def _check_priced(
    version: Version, action: Action, on: date, *, today: date, zone: tzinfo, for_trial: bool
) -> None:
    """Whether the version prices such an action at all, done then and for that long."""
    if version.awaiting and not for_trial:
        raise version.incomplete("/behaviour")
    _check_window(version, on, today)
    _check_interval(version, action, zone)


def _naming(version: Version, action: Action, register: IssuerRegister | None) -> NamingOf:
    """Whose the numbers of the action are; an issuer that is named has to give out one of them."""
    if register is None:
        return _of_nobody
    provider, named = action.provider_id, action.evidence.get(ISSUER)
    if named is not None:
        register.check_named(provider, kinds_with_issuer(version), named)
    return lambda kind: register.naming(provider, kind, named)


def _of_nobody(_kind: str) -> Naming:
    return UNIQUE


def _history_need(version: Version, evidence: Mapping[str, str]) -> HistoryNeed | None:
    for quantity, days in version.reckoning.compiled.history.items():
        subject = version.told.history_subject
        assert subject is not None
        return HistoryNeed(version.behaviour, subject, evidence[subject], quantity, days)
    return None


def _check_window(version: Version, on: date, today: date) -> None:
    opens, closes = version.validity.claim_opens_days, version.validity.claim_window_days
    if closes is None and not opens:
        return
    passed = today - on
    if closes is not None and passed > timedelta(days=closes):
        raise ClaimWindowClosed(
            pointer="/occurred_at",
            methodology=version.label,
            days=closes,
            occurred_on=on.isoformat(),
        )
    if passed < timedelta(days=opens):
        opens_on = on + timedelta(days=opens)
        raise ClaimWindowNotOpen(
            pointer="/occurred_at",
            methodology=version.label,
            days=opens,
            opens_on=opens_on.isoformat(),
        )


def _check_sender(version: Version, action: Action, evidence: Mapping[str, str]) -> None:
    """Whether the claim is the sender's or entrusted to it, and whether it may report at all."""
    _check_ownership(version, action, evidence)
    if not action.provider_id and not version.trust.reporting.by_participant:
        raise reporting_not_open(version)


def _check_ownership(version: Version, action: Action, evidence: Mapping[str, str]) -> None:
    """Whether who reports is the owner of the claim, or is entrusted with it."""
    rule = version.trust.ownership
    if rule.delegation == "open":
        return
    by_owner = (rule.owner == "operator") == bool(action.provider_id)
    if by_owner:
        return
    if rule.delegation == "none":
        case = "not_the_operator" if rule.owner == "operator" else "not_the_person"
        raise ClaimNotDelegated(case, pointer="/behaviour", methodology=version.label)
    assert rule.evidence is not None
    if rule.evidence not in evidence:
        raise ClaimNotDelegated(
            "without_proof",
            pointer=f"/evidence/{rule.evidence}",
            methodology=version.label,
            owner=rule.owner,
            evidence=rule.evidence,
        )


def _check_interval(version: Version, action: Action, zone: tzinfo) -> None:
    rule = version.told.interval
    starts_at = instant(action.occurred_at)
    ends_at = None if action.ended_at is None else instant(action.ended_at)
    if rule.within is not None:
        _check_hours(version, (starts_at, ends_at or starts_at), *rule.within, zone)
    if ends_at is None:
        if rule.required:
            raise InvalidInterval("end_missing", pointer="/ended_at", behaviour=version.behaviour)
    elif ends_at - starts_at > timedelta(hours=rule.most_hours):
        raise InvalidInterval(
            "too_long",
            pointer="/ended_at",
            behaviour=version.behaviour,
            most_hours=rule.most_hours,
        )


def _check_hours(
    version: Version, interval: tuple[datetime, datetime], first: time, last: time, zone: tzinfo
) -> None:
    if not lies_within(*interval, first=first, last=last, zone=zone):
        raise InvalidInterval(
            "outside_hours",
            pointer="/occurred_at",
            methodology=version.label,
            first=f"{first:%H:%M}",
            last=f"{last:%H:%M}",
        )


def read_quantities(version: Version, sent: Mapping[str, str]) -> dict[str, Decimal]:
    """The quantities as numbers; InvalidQuantity with the pointer to the first that is wrong.

    Keys that are left out of a quantity sent by key count as nought.
    """
    rules = version.told.quantities
    if sent.keys() == rules.keys():
        return {name: _quantity(rule, sent[name]) for name, rule in rules.items()}
    optional = {name for name, rule in rules.items() if not rule.required}
    if not rules.keys() - optional <= sent.keys() <= rules.keys():
        raise _names_differ(
            InvalidQuantity, "quantities", version=version, sent=sent, rules=rules,
            optional=optional,
        )  # fmt: skip
    found = {name: _quantity(rules[name], text) for name, text in sent.items()}
    for group in {rules[name].group for name in optional} - {""}:
        members = [name for name, rule in rules.items() if rule.group == group]
        if not any(name in found for name in members):
            raise InvalidQuantity(
                "none_of_group",
                pointer=f"/quantities/{members[0]}",
                group=group,
                names=members,
            )
        for name in members:
            found.setdefault(name, _NOUGHT)
    return found


def _quantity(rule: QuantityRule, text: object) -> Decimal:
    # Exactly str: a float or an int has already lost what the sender meant.
    if not isinstance(text, str) or _DECIMAL.fullmatch(text) is None:
        raise InvalidQuantity("not_decimal", pointer=_at(rule), name=rule.name)
    value = Decimal(text)
    if not rule.least <= value <= rule.most:
        raise InvalidQuantity(
            "out_of_bounds",
            pointer=_at(rule),
            name=rule.name,
            sent=text,
            least=str(rule.least),
            most=str(rule.most),
            unit=rule.unit.text,
        )
    if rule.whole and value != int(value):
        raise InvalidQuantity("not_whole", pointer=_at(rule), name=rule.name, sent=text)
    return value


def _at(rule: QuantityRule) -> str:
    return f"/quantities/{rule.name}"


def read_evidence_for_equations(version: Version, sent: Mapping[str, str]) -> dict[str, str]:
    """Only the evidence that the equations read, defaults filled in: what a calculator needs."""
    found = {}
    for name in version.reckoning.evidence_read:
        rule = version.told.evidence[name]
        text = sent.get(name, rule.default)
        _check_evidence(rule, text)
        assert text is not None
        found[name] = text
    return found


def _evidence(version: Version, sent: Mapping[str, str]) -> Mapping[str, str]:
    rules = version.told.evidence
    if ISSUER in sent:
        _check_issuer(sent[ISSUER])
        sent = {name: text for name, text in sent.items() if name != ISSUER}
    if sent.keys() != rules.keys():
        optional = {name for name, rule in rules.items() if rule.default is not None}
        if not rules.keys() - optional <= sent.keys() <= rules.keys():
            raise _names_differ(
                InvalidEvidence, "evidence", version=version, sent=sent, rules=rules,
                optional=optional,
            )  # fmt: skip
    evidence = with_defaults(version.told, sent)
    for name, text in evidence.items():
        _check_evidence(rules[name], text)
    return evidence


def _check_issuer(text: object) -> None:
    if not isinstance(text, str) or CODE.fullmatch(text) is None:
        raise IssuerNotAdmitted("unknown", pointer=f"/evidence/{ISSUER}", issuer=str(text)[:64])


def _check_evidence(rule: EvidenceRule, text: object) -> None:
    facts: dict[str, Any] = {}
    if not isinstance(text, str) or not text or text != text.strip():
        case = "not_a_text"
    elif len(text) > EVIDENCE_LENGTH_MAX or not text.isprintable():
        case, facts = "too_long", {"most": EVIDENCE_LENGTH_MAX}
    elif rule.pattern is not None and rule.pattern.fullmatch(text) is None:
        case, facts = "other_shape", {"pattern": rule.pattern.pattern}
    elif rule.kind == "date" and not _is_date(text):
        case = "not_a_date"
    else:
        return
    pointer = f"/evidence/{rule.name}"
    raise InvalidEvidence(case, pointer=pointer, name=rule.name, meaning=rule.meaning, **facts)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _names_differ(
    refusal: type[InvalidQuantity | InvalidEvidence],
    field: str,
    *,
    version: Version,
    sent: Mapping[str, str],
    rules: Mapping[str, object],
    optional: set[str],
) -> InvalidQuantity | InvalidEvidence:
    behaviour, names = version.behaviour, ", ".join(rules) or "-"
    for name in sorted(sent, key=str):
        if name not in rules:
            pointer = f"/{field}{_pointer_part(name)}"
            return refusal("unknown", pointer=pointer, behaviour=behaviour, names=names)
    absent = next(name for name in rules if name not in sent and name not in optional)
    pointer = f"/{field}/{absent}"
    return refusal("missing", pointer=pointer, behaviour=behaviour, name=absent, names=names)


def _pointer_part(name: object) -> str:
    """A sender's name as part of a JSON pointer; nothing when it would not survive in JSON."""
    text = str(name)
    if not text.isprintable() or len(text) > EVIDENCE_LENGTH_MAX:
        return ""
    return "/" + text.replace("~", "~0").replace("/", "~1")
