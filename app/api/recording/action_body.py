"""An action as apps send it: the documented shape, and a quick way to read what is plainly right.

``ActionBody`` is the truth about the shape and finds every fault. Most actions have none, and
there may be 5,000 of them: those are read by a few comparisons, which accept less than the schema
does and leave everything else to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.http.blueprint import load
from app.http.faults import invalid
from app.http.fields import Degrees, Line, Moment, PublicId, Region, Strict
from app.http.validators import Count
from app.tokens import Caller
from behaviours.actions.action import Action
from behaviours.actions.refusals import CannotSupersede
from behaviours.places import DEGREES, NoPlace, Place
from behaviours.regions import canonical

_PERSON = re.compile(r"par_[0-9a-f]{32}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_PLACES = ("start_place", "end_place")
_NEEDED = frozenset(("behaviour", "external_id", "occurred_at", "region", "quantities", "evidence"))
_KNOWN = _NEEDED | {"participant_id", "ended_at", "supersedes", "device", *_PLACES}
_MOST_NAMES = 32
DEVICE_MOST = 256


class PlaceBody(Strict):
    """A point on the globe in degrees (WGS 84), as decimal strings."""

    latitude = Degrees(required=True, metadata={"example": "30.2741"})
    longitude = Degrees(required=True, metadata={"example": "120.1551"})


class SentPlace(TypedDict):
    """As ``PlaceBody`` loads it."""

    latitude: Decimal
    longitude: Decimal


class ActionBody(Strict):
    """An action. What `quantities` and `evidence` hold is stated by its methodology."""

    participant_id = PublicId(
        "par", metadata={"description": "Who did it. Providers send it, participants do not."}
    )
    behaviour = Line(required=True, most=64, metadata={"example": "metro_ride"})
    external_id = Line(
        required=True,
        metadata={
            "description": "The sender's own id of this event; a repeat of it is never counted.",
            "example": "trip-20260301-000042",
        },
    )
    occurred_at = Moment(required=True, metadata={"example": "2026-03-01T08:15:00+08:00"})
    ended_at = Moment(allow_none=True, metadata={"description": "For what lasts or is metered."})
    supersedes = PublicId(
        "act",
        metadata={
            "description": "The sender's earlier action that this one corrects: it is taken back,"
            " and this one recorded in its place, or neither."
        },
    )
    device = Line(
        most=DEVICE_MOST,
        metadata={
            "description": "Any text that is the same for the same device or address by which it"
            " came to the provider; a programme may hold what comes by one for many people. It is"
            " neither kept nor shown: a keyed digest stands for it, for two days."
        },
    )
    start_place = plain.Nested(
        PlaceBody,
        allow_none=True,
        metadata={
            "description": "Where the person was when it began. A programme may hold what nobody"
            " can have done because it is too far from what the person did before or after. Only"
            " where it does (`checks.impossible_speed` of `/v1/programme`) anything of a place is"
            " kept: to a hundredth of a degree, sealed under the person's own key, for"
            " `keep_places_days`, or until she leaves. Nobody is shown it but the person, in her"
            " export. Of what a meter or an installation does it is not read. From a provider it is"
            " taken only while the person's separate consent to `places` stands; without one the"
            " action is refused (`PLACES_NOT_AGREED`), and once it is withdrawn what was kept is"
            " forgotten."
        },
    )
    end_place = plain.Nested(
        PlaceBody,
        allow_none=True,
        metadata={"description": "Where the person was when it ended; as `start_place`."},
    )
    region = Region(required=True, metadata={"example": "CN-44"})
    quantities = plain.Dict(
        keys=plain.String(),
        required=True,
        validate=Count(max=_MOST_NAMES),
        metadata={
            "description": "Decimal strings by name; the unit is part of the name.",
            "example": {"trips": "1"},
        },
    )
    evidence = plain.Dict(
        keys=plain.String(),
        required=True,
        validate=Count(max=_MOST_NAMES),
        metadata={"description": "Texts by name.", "example": {"ride_id": "SZ-88-000042"}},
    )


class SentAction(TypedDict):
    """As ``ActionBody`` loads it; that the values are texts is asked with the methodology."""

    participant_id: NotRequired[UUID]
    behaviour: str
    external_id: str
    occurred_at: datetime
    ended_at: NotRequired[datetime | None]
    supersedes: NotRequired[UUID]
    device: NotRequired[str]
    start_place: NotRequired[SentPlace | None]
    end_place: NotRequired[SentPlace | None]
    region: str
    quantities: Mapping[str, str]
    evidence: Mapping[str, str]


_SCHEMA = ActionBody()


def read_sent_action(item: Any, who: Caller) -> Action:
    """The action of one JSON value; raises ValidationFailed with every fault and its pointer."""
    return _read_plain(item, who) or _read_slowly(item, who)


def _read_plain(item: Any, who: Caller) -> Action | None:
    """The action when everything is plainly right; None leaves it to the schema."""
    if type(item) is not dict or not _NEEDED <= item.keys() <= _KNOWN or "supersedes" in item:
        return None
    person, ended_at = item.get("participant_id"), item.get("ended_at")
    behaviour, external_id, region = item["behaviour"], item["external_id"], item["region"]
    quantities, evidence, device = item["quantities"], item["evidence"], item.get("device")
    if who.role == "provider":
        if type(person) is not str or not _PERSON.fullmatch(person):
            return None
    elif person is not None or device is not None:
        return None
    if "device" in item and not _is_line(device, DEVICE_MOST):
        return None
    if not (_is_line(behaviour, 64) and _is_line(external_id, 128) and _is_region(region)):
        return None
    if type(quantities) is not dict or type(evidence) is not dict:
        return None
    if len(quantities) > _MOST_NAMES or len(evidence) > _MOST_NAMES:
        return None
    start_place = end_place = None
    if "start_place" in item or "end_place" in item:
        start_place, end_place = (_plain_place(item.get(name)) for name in _PLACES)
        if (start_place is None and item.get("start_place") is not None) or (
            end_place is None and item.get("end_place") is not None
        ):
            return None
    occurred_at = _moment(item["occurred_at"])
    ends = _moment(ended_at) if ended_at is not None else None
    if occurred_at is None or (ended_at is not None and ends is None):
        return None
    whose, sender = _of_whom(who, person[4:] if person else None)
    return Action(
        *(whose, sender, behaviour, external_id, occurred_at, ends),
        *(canonical(region), quantities, evidence),
        device=device,
        start_place=start_place,
        end_place=end_place,
    )


def _read_slowly(item: Any, who: Caller) -> Action:
    sent: SentAction = load(_SCHEMA, item)
    person = sent.get("participant_id")
    if who.role == "provider" and person is None:
        raise invalid("/participant_id", "REQUIRED", "whose_action")
    if who.role == "participant" and person is not None:
        raise invalid("/participant_id", "NOT_YOURS")
    if who.role != "provider" and "device" in sent:
        raise invalid("/device", "NOT_YOURS")
    if who.role != "provider" and "supersedes" in sent:
        raise CannotSupersede("by_a_person", pointer="/supersedes")
    whose, sender = _of_whom(who, person.hex if person else None)
    return Action(
        participant_id=whose,
        provider_id=sender,
        behaviour=sent["behaviour"],
        external_id=sent["external_id"],
        occurred_at=sent["occurred_at"],
        ended_at=sent.get("ended_at"),
        region=sent["region"],
        quantities=sent["quantities"],
        evidence=sent["evidence"],
        supersedes=sent.get("supersedes"),
        device=sent.get("device"),
        start_place=_place(sent.get("start_place"), "/start_place"),
        end_place=_place(sent.get("end_place"), "/end_place"),
    )


def _of_whom(who: Caller, person: str | None) -> tuple[str, str]:
    """The person and the provider of an action, by the digits of their ids; no provider: the
    person reports it."""
    tenant = who.tenant_id
    assert tenant is not None
    if who.role == "provider":
        assert person is not None
        return person, tenant.hex
    return tenant.hex, ""


def _place(sent: SentPlace | None, pointer: str) -> Place | None:
    if sent is None:
        return None
    place = Place(sent["latitude"], sent["longitude"])
    try:
        place.check()
    except NoPlace as refusal:
        refusal.pointer = pointer
        raise
    return place


def _plain_place(value: Any) -> Place | None:
    """The place when it is plainly one; None leaves it to the schema, as no place does."""
    if type(value) is not dict or value.keys() != {"latitude", "longitude"}:
        return None
    degrees = value["latitude"], value["longitude"]
    if not all(type(each) is str and DEGREES.fullmatch(each) for each in degrees):
        return None
    place = Place(*map(Decimal, degrees))
    try:
        place.check()
    except NoPlace:
        return None
    return place


def _is_line(value: Any, most: int) -> bool:
    return (
        type(value) is str
        and 0 < len(value) <= most
        and value.isascii()
        and value.isprintable()
        and value[0] != " "
        and value[-1] != " "
    )


def _is_region(value: Any) -> bool:
    return (
        type(value) is str
        and len(value) in (5, 9)
        and value.startswith("CN-")
        and value.isascii()
        and value[3:].isdigit()
    )


def _moment(value: Any) -> datetime | None:
    if type(value) is not str or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
