"""What is sent to the routes of complaints."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.http.fields import Day, FileDigest, Line, PublicId, Region, Strict
from app.http.pages import OfAPage, WantedPage
from app.http.validators import Between, Characters, Count, OneOf
from behaviours.complainants import KINDS_WITHOUT_ACCOUNT
from behaviours.complaints import (
    ANSWERERS,
    CREDIT,
    FULFIL,
    KINDS,
    OUTCOMES,
    PROGRAMME,
    PROVIDER,
    REFUSAL_REASONS,
    REPLY,
    STATES,
    UPHOLD,
    ComplaintWords,
)

MOST_FILES = 20


class WordsBody(Strict):
    """Words, and the hashes of files that show it; both are kept sealed for the person."""

    text = plain.String(required=True, validate=Characters(min=1, max=2_000))
    files = plain.List(
        FileDigest(),
        load_default=list,
        validate=Count(max=MOST_FILES),
        metadata={"description": "The SHA-256 of each file; the files stay with you."},
    )


class SentWords(TypedDict):
    """What ``WordsBody`` loads."""

    text: str
    files: list[bytes]


def words_of(body: SentWords) -> ComplaintWords:
    """What was sent as words."""
    return ComplaintWords(body["text"], tuple(each.hex() for each in body["files"]))


class ComplaintBody(WordsBody):
    """What is complained about; which members are needed is the kind's."""

    kind = plain.String(required=True, validate=OneOf(KINDS), metadata={"enum": list(KINDS)})
    participant_id = PublicId(
        "par", metadata={"description": "Of a provider that complains for somebody."}
    )
    behaviour = Line(most=64, metadata={"example": "metro_ride"})
    occurred_on = Day(metadata={"example": "2026-11-25"})
    provider_id = PublicId("org", metadata={"description": "Who should have reported it."})
    action_id = PublicId("act")
    redemption_id = PublicId("rdm")
    offer_id = PublicId("ofr")
    project_id = PublicId("prj", metadata={"description": "Needed for an `objection`."})


class UnenrolledBody(WordsBody):
    """What somebody without an account complains about."""

    kind = plain.String(
        required=True, validate=OneOf(KINDS), metadata={"enum": list(KINDS_WITHOUT_ACCOUNT)}
    )
    region = Region(
        required=True,
        metadata={"example": "CN-330100", "description": "Where it happened, or where you live."},
    )
    offer_id = PublicId("ofr", metadata={"description": "Needed for `redemption`."})
    project_id = PublicId("prj", metadata={"description": "Needed for an `objection`."})
    name = Line(most=64, metadata={"description": "How you want to be called; may be left out."})
    reach = Line(
        most=128,
        metadata={
            "example": "138 0000 0000",
            "description": "A telephone or an address, for who answers for the programme alone.",
        },
    )


class SentUnenrolled(SentWords):
    """What ``UnenrolledBody`` loads."""

    kind: str
    region: str
    offer_id: NotRequired[UUID]
    project_id: NotRequired[UUID]
    name: NotRequired[str]
    reach: NotRequired[str]


class SentComplaint(SentWords):
    """What ``ComplaintBody`` loads."""

    kind: str
    participant_id: NotRequired[UUID]
    behaviour: NotRequired[str]
    occurred_on: NotRequired[date]
    provider_id: NotRequired[UUID]
    action_id: NotRequired[UUID]
    redemption_id: NotRequired[UUID]
    offer_id: NotRequired[UUID]
    project_id: NotRequired[UUID]


class ReplyBody(WordsBody):
    """What an answer comes to. `credit` names the action that was recorded for it before."""

    outcome = plain.String(
        required=True,
        validate=OneOf(OUTCOMES),
        metadata={"enum": list(OUTCOMES), "example": CREDIT},
    )
    reason_code = plain.String(
        validate=OneOf(REFUSAL_REASONS),
        metadata={"enum": list(REFUSAL_REASONS), "description": "Needed for a refusal."},
    )
    action_id = PublicId("act", metadata={"description": "Needed for a credit."})
    step = plain.String(
        load_default=REPLY,
        validate=OneOf((REPLY, FULFIL)),
        metadata={
            "enum": [REPLY, FULFIL],
            "description": "`fulfil`: what the authority upheld was put right.",
        },
    )


class SentReply(SentWords):
    """What ``ReplyBody`` loads."""

    outcome: str
    reason_code: NotRequired[str]
    action_id: NotRequired[UUID]
    step: str


class HandOverBody(WordsBody):
    """Who must answer instead; ``text`` says why, and the person reads it."""

    answerer = plain.String(
        required=True,
        validate=OneOf((PROVIDER, PROGRAMME)),
        metadata={"enum": [PROVIDER, PROGRAMME], "example": PROGRAMME},
    )
    organisation_id = PublicId(
        "org", metadata={"description": "Needed for a provider: one to whom the person agreed."}
    )


class SentHandOver(SentWords):
    """What ``HandOverBody`` loads."""

    answerer: str
    organisation_id: NotRequired[UUID]


class DecisionBody(WordsBody):
    """The authority's decision. `uphold` leaves it to who must answer to put it right."""

    outcome = plain.String(
        required=True,
        validate=OneOf((*OUTCOMES, UPHOLD)),
        metadata={"enum": [*OUTCOMES, UPHOLD], "example": UPHOLD},
    )
    reason_code = plain.String(
        validate=OneOf(REFUSAL_REASONS),
        metadata={"enum": list(REFUSAL_REASONS), "description": "Needed for a refusal."},
    )
    action_id = PublicId("act", metadata={"description": "Needed for a credit."})


class SentDecision(SentWords):
    """What ``DecisionBody`` loads."""

    outcome: str
    reason_code: NotRequired[str]
    action_id: NotRequired[UUID]


class ComplaintFilter(OfAPage):
    """Which complaints of those that one may see."""

    open = plain.Boolean(
        load_default=True,
        metadata={"description": "False: those that ended, the last filed first."},
    )
    kind = plain.String(validate=OneOf(KINDS), metadata={"enum": list(KINDS)})
    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})
    answerer = plain.String(validate=OneOf(ANSWERERS), metadata={"enum": list(ANSWERERS)})
    organisation_id = PublicId("org", metadata={"description": "Which must answer."})
    overdue = plain.Boolean(metadata={"description": "Whether somebody let a clock run out."})


class WantedComplaints(WantedPage):
    """What ``ComplaintFilter`` loads."""

    open: bool
    kind: NotRequired[str]
    state: NotRequired[str]
    answerer: NotRequired[str]
    organisation_id: NotRequired[UUID]
    overdue: NotRequired[bool]


class YearFilter(Strict):
    """Of which civil year; this one where it is not said."""

    year = plain.Integer(validate=Between(min=2000, max=2999), metadata={"example": 2026})


class WantedYear(TypedDict):
    """What ``YearFilter`` loads."""

    year: NotRequired[int]
