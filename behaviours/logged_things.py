"""What the log may hold of each thing: these members, by these names, and nothing else.

A member that stands nowhere here is in no row: secrets, evidence, identities and words of people
stay out because nobody lets them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

from behaviours.actions.installation import RegisteredInstallation
from behaviours.actions.waiting import Waiting
from behaviours.admission import OrganisationApplication
from behaviours.apps import MobileApp
from behaviours.civil_time import utc_text
from behaviours.complaints import Complaint
from behaviours.json_value import Json, JsonObject
from behaviours.logbook import LoggedSubject
from behaviours.projects.monitoring import MonitoringPeriod
from behaviours.projects.project import Project
from behaviours.rules.lifecycle import MethodologyVersion
from behaviours.standing import OrganisationStanding
from behaviours.users import User
from behaviours.webhooks import WebhookEndpoint

# Of ids that a member may hold: what they begin with outside.
_ORGANISATIONS: Final = (
    "organisation_id", "verifier_id", "merchant_id", "seller_id", "buyer_id", "reporter_id",
    "answerer_id", "owner_id", "exchange_id", "applicant_id", "sponsor_id",
)  # fmt: skip
PREFIXES: Final[Mapping[str, str]] = dict.fromkeys(_ORGANISATIONS, "org")


# What an id is of, by what it begins with outside.
KINDS: Final[Mapping[str, str]] = {
    "act": "action",
    "app": "app",
    "bdl": "bundle",
    "bgt": "budget",
    "blk": "block",
    "bnd": "boundary",
    "cal": "calendar",
    "dec": "declaration",
    "doc": "document",
    "fnd": "finding",
    "gch": "guardian_change",
    "grd": "guardianship",
    "idc": "identity_change",
    "ids": "identity_service",
    "imp": "import",
    "ins": "installation",
    "lst": "listing",
    "mpd": "monitoring_period",
    "mst": "merchant_statement",
    "ngt": "negotiation",
    "ntc": "notice",
    "ofr": "offer",
    "ogn": "origin",
    "oip": "openid_provider",
    "org": "organisation",
    "par": "participant",
    "ppl": "points_policy",
    "prj": "project",
    "rdm": "redemption",
    "ret": "retirement",
    "tcl": "till_closing",
    "rpl": "replacement",
    "ses": "session",
    "svl": "series_value",
    "sto": "store",
    "trd": "trade",
    "tsk": "task",
    "usr": "user",
    "utr": "transfer",
    "whk": "webhook",
    "xst": "exchange_settlement",
}
_PREFIX_OF: Final = {kind: prefix for prefix, kind in KINDS.items()}


class ToldThing(NamedTuple):
    """The kind of a thing, how it is named, and the members that the log may hold."""

    kind: str
    # A prefix and the member that holds the id, or None and the member that is the name.
    prefix: str | None
    name: str
    members: tuple[str, ...]


OF_BEHAVIOURS: Final[Mapping[type, ToldThing]] = {
    User: ToldThing("user", "usr", "user_id", ("state", "role", "duty", "organisation_id")),
    OrganisationApplication: ToldThing(
        "organisation", "org", "organisation_id",
        ("state", "kind", "name", "covered_emitter", "revision", "statement.credit_code"),
    ),
    MobileApp: ToldThing(
        "app", "app", "app_id",
        ("state", "organisation_id", "platform", "store_id", "name_zh", "name_en"),
    ),
    WebhookEndpoint: ToldThing(
        "webhook", "whk", "endpoint_id",
        ("state", "organisation_id", "url", "types", "reason", "revision"),
    ),
    OrganisationStanding: ToldThing(
        "organisation", "org", "organisation_id", ("state", "kind", "name", "revision")
    ),
    RegisteredInstallation: ToldThing(
        "installation", "ins", "installation_id",
        ("installation.state", "installation.kind", "installation.capacity"),
    ),
    Project: ToldThing(
        "project", "prj", "project_id",
        ("state", "applicant_id", "said.name", "said.region", "said.methodology"),
    ),
    MonitoringPeriod: ToldThing(
        "monitoring_period", "mpd", "period_id",
        ("state", "number", "starts_on", "ends_before", "notice_until", "verifier_id", "attempt"),
    ),
    Waiting: ToldThing("action", "act", "action_id", ("state", "owner")),
    Complaint: ToldThing("complaint", None, "number", ("state", "verdict.outcome")),
    MethodologyVersion: ToldThing(
        "methodology", None, "label", ("state", "revision", "digest")
    ),
}  # fmt: skip


def subject_named(name: str) -> LoggedSubject | None:
    """The thing that a public id names; None for a text that is no id, or of nothing known."""
    prefix, _, digits = name.partition("_")
    if prefix not in KINDS or len(digits) != 32:
        return None
    return LoggedSubject(KINDS[prefix], name)


def subject_of(kind: str, subject_id: UUID) -> LoggedSubject:
    """The thing of a kind that has an id; of a kind without a prefix, by the bare id."""
    prefix = _PREFIX_OF.get(kind)
    return LoggedSubject(kind, _public(prefix, subject_id) if prefix else subject_id.hex)


def told_as(thing: ToldThing, value: object) -> tuple[LoggedSubject, JsonObject]:
    """A thing as the log names it, and its members that the log may hold."""
    found = getattr(value, thing.name)
    name = _public(thing.prefix, found) if thing.prefix else str(found)
    members = {path.rpartition(".")[2]: _member(value, path) for path in thing.members}
    return LoggedSubject(thing.kind, name), members


def _member(value: Any, path: str) -> Json:
    first, _, rest = path.partition(".")
    found = getattr(value, first)
    if rest and found is not None:
        found = attrgetter(rest)(found)
    return as_member(first, found)


def as_member(name: str, value: Any) -> Json:
    """A value as a row of the log holds it; masses and money as texts, ids as outside."""
    match value:
        case UUID():
            return _public(PREFIXES[name], value) if name in PREFIXES else value.hex
        case datetime():
            return utc_text(value)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bool() | None | str():
            return value
        case tuple() | list():
            return [as_member(name, each) for each in value]
        case int():
            return str(value) if name.endswith("_mg") else value
    raise AssertionError(f"the log has no form for {name}")


def _public(prefix: str, identifier: UUID) -> str:
    return f"{prefix}_{identifier.hex}"
