"""Bodies of hand-overs: who is given the package, and what the receiver answered."""

from __future__ import annotations

from typing import ClassVar, TypedDict

from marshmallow import fields as plain

from app.http.fields import FileDigest, Line, PublicId, Strict
from app.http.numbered import Numbered, SentNumber
from app.http.reasons import Reasoned, SentReason
from app.http.validators import Characters, Count, OneOf
from app.shown.hand_overs import HandOverAnswer
from behaviours.json_value import JsonObject
from rewards.registry.hand_over import RECEIVER_KINDS
from rewards.registry.handing_over import (
    ACCEPT,
    MOST_SERIALS,
    REJECT,
    ForeignSerial,
    ReceiverAnswer,
)
from rewards.signing import ROLES

_ANSWERS = (ACCEPT, REJECT)


class ReceiverAsked(Strict):
    """Who is given the package."""

    kind = plain.String(
        required=True, validate=OneOf(RECEIVER_KINDS), metadata={"enum": list(RECEIVER_KINDS)}
    )
    name = Line(required=True, metadata={"example": "Guangzhou Emissions Exchange"})
    account = Line(required=True, metadata={"example": "GD-0001"})
    beneficiary_code = Line(
        required=True,
        metadata={
            "example": "91350100M000100Y43",
            "description": "The unified social credit code of whoever has the account.",
        },
    )


class SentReceiver(TypedDict):
    """As ``ReceiverAsked`` loads it."""

    kind: str
    name: str
    account: str
    beneficiary_code: str


class PreparedHandOverBody(ReceiverAsked):
    """To whom an issue is handed over."""

    EXAMPLE: ClassVar[JsonObject] = {
        "kind": "exchange",
        "name": "Guangzhou Emissions Exchange",
        "account": "GD-0001",
        "beneficiary_code": "91350100M000100Y43",
    }


class UnlockedHandOverBody(Reasoned, Numbered):
    """Which hand-over of the period is given up, and why."""

    EXAMPLE: ClassVar[JsonObject] = {"number": 1, "reason": "The account is closed."}


class SentUnlockedHandOver(SentReason, SentNumber):
    """As ``UnlockedHandOverBody`` loads it."""


class SerialPair(Strict):
    """A range of ours, and what the receiver calls it."""

    ours = Line(required=True)
    theirs = Line(required=True)


class SentSerialPair(TypedDict):
    """As ``SerialPair`` loads it."""

    ours: str
    theirs: str


class ReceiverAnswerBody(Numbered):
    """What the receiver said of the package of a hand-over."""

    EXAMPLE: ClassVar[JsonObject] = {
        "number": 1,
        "answer": ACCEPT,
        "receiver_number": "GZ-2027-0042",
        "manifest_sha256": 64 * "0",
        "serials": [{"ours": "TPH-C-PV-2026-1-12-97", "theirs": "CEX-000001-000012"}],
    }

    answer = plain.String(
        required=True, validate=OneOf(_ANSWERS), metadata={"enum": list(_ANSWERS)}
    )
    receiver_number = Line(
        required=True, metadata={"description": "What the receiver calls the whole."}
    )
    manifest_sha256 = FileDigest(
        required=True, metadata={"description": "Of the manifest.json that was delivered."}
    )
    serials = plain.List(
        plain.Nested(SerialPair),
        validate=Count(max=MOST_SERIALS),
        metadata={"description": "Of what is accepted: each of our ranges once."},
    )
    reason = plain.String(validate=Characters(min=1, max=4_000))


class ReceiverAnswerFile(ReceiverAnswerBody):
    """The same as a file, which says beside it of which period the hand-over is."""

    period_id = PublicId("mpd", required=True)


class SentReceiverAnswerNeeded(SentNumber):
    """Of an answer, what is always there."""

    answer: str
    receiver_number: str
    manifest_sha256: bytes


class SentReceiverAnswer(SentReceiverAnswerNeeded, total=False):
    """As ``ReceiverAnswerBody`` loads it."""

    serials: list[SentSerialPair]
    reason: str


class SignedHandOverAnswer(HandOverAnswer):
    """A hand-over after a signature."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


def receiver_answer(body: SentReceiverAnswer) -> ReceiverAnswer:
    """The answer that a body says."""
    return ReceiverAnswer(
        body["answer"],
        body["receiver_number"],
        body["manifest_sha256"],
        tuple(ForeignSerial(**each) for each in body.get("serials", [])),
        body.get("reason"),
    )
