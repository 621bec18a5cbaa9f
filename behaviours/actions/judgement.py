"""Judgement: every check of an action that needs no database, by the rule of its day.

What a refusal quotes is only ever what the sender sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action, ClaimKey, HistoryNeed, MeterClaim
from behaviours.actions.exclusions import exclusions_of
from behaviours.civil_time import civil_day, instant, lies_within
from behaviours.refusal import Kind, Refusal
from behaviours.rules.methodology import Bound, ClaimRule, EvidenceRule, QuantityRule, Version

# Clocks of phones and tills run a little ahead.
TOLERANCE = timedelta(minutes=5)
EVIDENCE_LENGTH_MAX = 128

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?")
_INSTANT = timedelta(seconds=1)
_NOUGHT = Decimal(0)
# Between the parts of a claim key; evidence is printable, so it can never contain it.
_PART = "\x1f"


class NaiveTime(Refusal):
    """A time without an offset: nobody can say which moment is meant."""

    kind = Kind.INVALID
    code = "NAIVE_TIME"


class InTheFuture(Refusal):
    """The action is said to be done later than now."""

    kind = Kind.INVALID
    code = "IN_THE_FUTURE"


class ClaimWindowClosed(Refusal):
    """The rule takes actions for some days only, and those have passed."""

    kind = Kind.INVALID
    code = "CLAIM_WINDOW_CLOSED"


class ClaimWindowNotOpen(Refusal):
    """The rule takes actions only some days after they are done, when the data are settled."""

    kind = Kind.INVALID
    code = "CLAIM_WINDOW_NOT_OPEN"


class ClaimNotDelegated(Refusal):
    """The claim belongs to somebody who has not entrusted the sender with it."""

    kind = Kind.FORBIDDEN
    code = "CLAIM_NOT_DELEGATED"


class InvalidInterval(Refusal):
    """The end is missing, not after the start, or too far from it."""

    kind = Kind.INVALID
    code = "INVALID_INTERVAL"


class InvalidQuantity(Refusal):
    """A quantity is unknown, missing, not a plain decimal string, or out of the rule's bounds."""

    kind = Kind.INVALID
    code = "INVALID_QUANTITY"


class InvalidEvidence(Refusal):
    """Evidence is unknown, missing, empty, too long, unprintable or of another shape."""

    kind = Kind.INVALID
    code = "INVALID_EVIDENCE"


def check_times(action: Action, now: datetime) -> None:
    """Refuse naive times, the future, and an end that does not come after its start."""
    for moment, pointer in ((action.occurred_at, "/occurred_at"), (action.ended_at, "/ended_at")):
        if moment is None:
            continue
        if moment.tzinfo is None:
            raise NaiveTime(
                "The time has no offset. Write it as 2026-03-01T08:15:00+08:00.", pointer=pointer
            )
        if moment > now + TOLERANCE:
            raise InTheFuture(
                "The action lies in the future. Report it after it is done; check the clock.",
                pointer=pointer,
            )
    if action.ended_at is not None and instant(action.ended_at) <= instant(action.occurred_at):
        raise InvalidInterval(
            "ended_at must come after occurred_at. Send the true end, or leave it out.",
            pointer="/ended_at",
        )


def judge_by(
    version: Version,
    action: Action,
    on: date,
    *,
    now: datetime,
    zone: tzinfo,
    bound: Bound | None = None,
) -> AcceptedAction:
    """The action that the version makes of an action done on the civil day ``on``; or a Refusal.

    ``bound`` puts figures in the place of the version's own, for a trial.
    """
    if version.awaiting and bound is None:
        raise version.incomplete("/behaviour")
    today = civil_day(now, zone)
    _check_window(version, on, today)
    starts_at = instant(action.occurred_at)
    ends_at = None if action.ended_at is None else instant(action.ended_at)
    _check_interval(version, starts_at, ends_at, zone)
    quantities = read_quantities(version, action.quantities)
    evidence = _evidence(version, action.evidence)
    _check_ownership(version, action, evidence)
    meter = version.interval.meter
    meter_claim = None
    if meter is not None:
        assert ends_at is not None
        meter_claim = MeterClaim(ClaimKey("meter", evidence[meter].upper()), starts_at, ends_at)
    person_interval = None
    if version.interval.occupies_person:
        person_interval = (starts_at, ends_at or starts_at + _INSTANT)
    return AcceptedAction(
        action=action,
        version=version,
        quantities=quantities,
        evidence=evidence,
        claims=tuple(_claim(rule, action, evidence, on) for rule in version.claims),
        person_interval=person_interval,
        meter_claim=meter_claim,
        exclusions=exclusions_of(version, on, ends_at, zone) if version.exclusions else (),
        history_need=_history_need(version, evidence),
        occurred_on=on,
        vintage=on.year,
        bound=bound or version.bound(action.region, on, today),
    )


def _history_need(version: Version, evidence: Mapping[str, str]) -> HistoryNeed | None:
    for quantity, days in version.compiled.history.items():
        subject = version.history_subject
        assert subject is not None
        return HistoryNeed(version.behaviour, subject, evidence[subject], quantity, days)
    return None


def _check_window(version: Version, on: date, today: date) -> None:
    opens, closes = version.claim_opens_days, version.claim_window_days
    if closes is None and not opens:
        return
    passed = today - on
    if closes is not None and passed > timedelta(days=closes):
        raise ClaimWindowClosed(
            f"{version.label} takes actions within {closes} days; this one was done on {on}. "
            "Report actions while the window is open.",
            pointer="/occurred_at",
        )
    if passed < timedelta(days=opens):
        opens_on = on + timedelta(days=opens)
        raise ClaimWindowNotOpen(
            f"{version.label} takes actions from {opens} days after they are done, when the data "
            f"are settled. Report this one from {opens_on} on.",
            pointer="/occurred_at",
            details={"opens_on": opens_on.isoformat()},
        )


def _check_ownership(version: Version, action: Action, evidence: Mapping[str, str]) -> None:
    """Whether who reports is the owner of the claim, or is entrusted with it."""
    rule = version.ownership
    if rule.delegation == "open":
        return
    by_owner = (rule.owner == "operator") == bool(action.provider_id)
    if by_owner:
        return
    if rule.delegation == "none":
        whose = "operator that provides the service" if rule.owner == "operator" else "person"
        raise ClaimNotDelegated(
            f"By {version.label} the claim is the {whose}'s alone. Let the {whose} report it.",
            pointer="/behaviour",
        )
    assert rule.evidence is not None
    if rule.evidence not in evidence:
        raise ClaimNotDelegated(
            f"By {version.label} the claim is the {rule.owner}'s: send {rule.evidence}, which "
            "proves that you are entrusted with it.",
            pointer=f"/evidence/{rule.evidence}",
        )


def _check_interval(
    version: Version, starts_at: datetime, ends_at: datetime | None, zone: tzinfo
) -> None:
    rule = version.interval
    if rule.within is not None:
        _check_hours(version, (starts_at, ends_at or starts_at), *rule.within, zone)
    if ends_at is None:
        if rule.required:
            raise InvalidInterval(
                f"{version.behaviour} is metered: send ended_at, the end of the metered interval.",
                pointer="/ended_at",
            )
    elif ends_at - starts_at > timedelta(hours=rule.most_hours):
        raise InvalidInterval(
            f"{version.behaviour} may last {rule.most_hours} hours at most. "
            "Send the true end, or report shorter intervals one by one.",
            pointer="/ended_at",
        )


def _check_hours(
    version: Version, interval: tuple[datetime, datetime], first: time, last: time, zone: tzinfo
) -> None:
    if not lies_within(*interval, first=first, last=last, zone=zone):
        raise InvalidInterval(
            f"{version.label} takes actions between {first:%H:%M} and {last:%H:%M} only, "
            "as a whole. Report the part that lies in these hours.",
            pointer="/occurred_at",
        )


def read_quantities(version: Version, sent: Mapping[str, str]) -> dict[str, Decimal]:
    """The quantities as numbers; InvalidQuantity with the pointer to the first that is wrong.

    Keys that are left out of a quantity sent by key count as nought.
    """
    rules = version.quantities
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
                f"{group} is missing; send at least one of: {', '.join(members)}.",
                pointer=f"/quantities/{members[0]}",
            )
        for name in members:
            found.setdefault(name, _NOUGHT)
    return found


def _quantity(rule: QuantityRule, text: object) -> Decimal:
    # Exactly str: a float or an int has already lost what the sender meant.
    if not isinstance(text, str) or _DECIMAL.fullmatch(text) is None:
        raise InvalidQuantity(
            f'{rule.name} must be a decimal string such as "3" or "2.5": plain digits, at most '
            "12 before the point and 6 after it, no sign, no exponent.",
            pointer=f"/quantities/{rule.name}",
        )
    value = Decimal(text)
    if not rule.least <= value <= rule.most:
        raise InvalidQuantity(
            f"{rule.name} must lie between {rule.least} and {rule.most} {rule.unit.text}; "
            f"{text} was sent.",
            pointer=f"/quantities/{rule.name}",
            details={"least": str(rule.least), "most": str(rule.most), "unit": rule.unit.text},
        )
    if rule.whole and value != int(value):
        raise InvalidQuantity(
            f"{rule.name} counts whole things; {text} was sent. Send a whole number.",
            pointer=f"/quantities/{rule.name}",
        )
    return value


def read_evidence_for_equations(version: Version, sent: Mapping[str, str]) -> dict[str, str]:
    """Only the evidence that the equations read, defaults filled in: what a calculator needs."""
    found = {}
    for name in version.evidence_read:
        rule = version.evidence[name]
        text = sent.get(name, rule.default)
        _check_evidence(rule, text)
        assert text is not None
        found[name] = text
    return found


def _evidence(version: Version, sent: Mapping[str, str]) -> Mapping[str, str]:
    rules = version.evidence
    if sent.keys() == rules.keys():
        evidence = sent
    else:
        defaults = {n: r.default for n, r in rules.items() if r.default is not None}
        if not rules.keys() - defaults.keys() <= sent.keys() <= rules.keys():
            raise _names_differ(
                InvalidEvidence,
                "evidence",
                version=version,
                sent=sent,
                rules=rules,
                optional=set(defaults),
            )
        evidence = {name: text for name, text in defaults.items() if text} | dict(sent)
    for name, text in evidence.items():
        _check_evidence(rules[name], text)
    return evidence


def _check_evidence(rule: EvidenceRule, text: object) -> None:
    if not isinstance(text, str) or not text or text != text.strip():
        problem = "must be a text that is not empty and has no blanks at its ends"
    elif len(text) > EVIDENCE_LENGTH_MAX or not text.isprintable():
        problem = f"must have at most {EVIDENCE_LENGTH_MAX} characters, all of them printable"
    elif rule.pattern is not None and rule.pattern.fullmatch(text) is None:
        problem = f"does not have the shape that the rule asks for ({rule.pattern.pattern})"
    elif rule.kind == "date" and not _is_date(text):
        problem = "must be a date such as 2024-10-01"
    else:
        return
    raise InvalidEvidence(
        f"{rule.name} {problem}. It means: {rule.meaning}", pointer=f"/evidence/{rule.name}"
    )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _names_differ(
    refusal: type[Refusal],
    field: str,
    *,
    version: Version,
    sent: Mapping[str, str],
    rules: Mapping[str, object],
    optional: set[str],
) -> Refusal:
    listed = ", ".join(rules) or "none"
    for name in sorted(sent, key=str):
        if name not in rules:
            return refusal(
                f"{version.behaviour} knows no {field} of that name; it takes: {listed}.",
                pointer=f"/{field}{_pointer_part(name)}",
            )
    absent = next(name for name in rules if name not in sent and name not in optional)
    return refusal(
        f"{absent} is missing; {version.behaviour} takes: {listed}.", pointer=f"/{field}/{absent}"
    )


def _pointer_part(name: object) -> str:
    """A sender's name as part of a JSON pointer; nothing when it would not survive in JSON."""
    text = str(name)
    if not text.isprintable() or len(text) > EVIDENCE_LENGTH_MAX:
        return ""
    return "/" + text.replace("~", "~0").replace("/", "~1")


def _claim(rule: ClaimRule, action: Action, evidence: Mapping[str, str], on: date) -> ClaimKey:
    parts = [evidence[name] for name in rule.evidence]
    if rule.ignore_case:
        parts = [part.upper() for part in parts]
    if rule.person:
        parts.append(action.participant_id)
    if rule.per_day:
        parts.append(on.isoformat())
    elif rule.per_year:
        parts.append(str(on.year))
    return ClaimKey(rule.kind, _PART.join(parts))
