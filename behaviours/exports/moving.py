"""Moving: a person takes the record of one installation along to another.

At the one that they leave (the *origin*) they ask for an export that names the other by its key,
and prove once more by which identity they are known. The other takes it in once, into the account
that the same identity leads to there: as history, in no pool and for no points. Whose the record
is, is bound by the origin's signature over a proof of the identity that nobody reads back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.action import Action
from behaviours.exports.shape import FORMAT
from behaviours.json_value import Json, JsonObject
from behaviours.refusal import Conflict, Invalid, Malformed
from behaviours.signed_document import canonical

MOVE_LIFETIME: Final = timedelta(days=7)
# Two clocks that are both kept differ by less.
LEEWAY: Final = timedelta(minutes=5)
MOST_MOVED: Final = 200_000
LONGEST_TEXT: Final = 200
KEY_ID: Final = re.compile(r"[0-9a-f]{16}")
_MOST_MG: Final = 1 << 62
_PROOF_BYTES = _DIGEST_BYTES = 32
# What hostile rows make the reading raise; all of it means "no export".
_FAULTS = (KeyError, TypeError, ValueError, AttributeError, OverflowError)


class ExportUnreadable(Malformed):
    """What was sent is no export that can be taken in.

    ``format``: of another version; ``shape``: not as the schema says; ``stays``: it names no
    installation that it goes to; ``many``: more actions than are taken in at once.
    """

    cases = ("format", "shape", "stays", "many")


class ExportNotTrusted(Invalid):
    """Who signed it is not known here (``origin``), or it is not what was signed (``changed``)."""

    cases = ("origin", "changed")


class MoveNotValid(Invalid):
    """The move is to another installation (``audience``), or its time is over (``over``)."""

    cases = ("audience", "over")


class MoveStays(Invalid):
    """The key names no other installation: it is this one's."""


class IdentityNotYours(Invalid):
    """The identity is not the one that is meant.

    ``account``: it does not lead to the account here; ``export``: the export is of another one.
    """

    cases = ("account", "export")


class RecordMovedBefore(Conflict):
    """The record of this account was taken in before, as it stood then."""


class Move(NamedTuple):
    """What the origin says of a move: to whom, for how long, and whose it is."""

    move_id: UUID
    audience: str
    asked_at: datetime
    expires_at: datetime

    def check_audience(self, own_key_id: str) -> None:
        """Raises MoveNotValid unless it is to the installation of this key."""
        if self.audience != own_key_id:
            raise MoveNotValid("audience", audience=self.audience, own=own_key_id)

    def check_time(self, now: datetime) -> None:
        """Raises MoveNotValid unless it is still good; longer than it may be it never is."""
        begun = self.asked_at - LEEWAY <= now
        if not begun or now >= min(self.expires_at, self.asked_at + MOVE_LIFETIME):
            raise MoveNotValid("over", expires_at=self.expires_at.isoformat())


class AskedMove(NamedTuple):
    """A move, and the proof of the identity that it is bound to."""

    move: Move
    proof: bytes


@dataclass(frozen=True, slots=True)
class MovedAction:
    """An action of the record, as it is kept where the person moved to.

    ``recorded_by`` names the key of the installation in whose books it is counted.
    """

    action_id: UUID
    recorded_by: str
    behaviour: str
    region: str
    occurred_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    methodology: str
    version: str
    digest: bytes
    provenance: str
    vintage: int
    saved_mg: int


class MovedReport(NamedTuple):
    """What is known of an action beside its figures: its numbers, and whose they are."""

    action: Action
    issuers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MovingExport:
    """An export that moves, as it is read; its signature is checked by whoever reads it."""

    person: UUID
    asked: AskedMove
    document_digest: bytes
    actions: tuple[MovedAction, ...]
    reports: tuple[MovedReport, ...]


@dataclass(frozen=True, slots=True)
class MovedRecord:
    """A record that was taken in. ``unmatched`` of its actions have numbers that nobody here can
    name: a second report of them cannot be told apart from another action."""

    record_id: UUID
    participant_id: UUID
    origin_id: UUID
    origin: str
    person: UUID
    move_id: UUID
    document_digest: bytes
    actions: int
    saved_mg: int
    unmatched: int
    taken_at: datetime


class Elsewhere(NamedTuple):
    """Of an account: how much of its record was brought along, and when its person last asked for
    a move to elsewhere."""

    actions: int
    saved_mg: int
    moved_at: datetime | None


def new_move(move_id: UUID, audience: str, *, own_key_id: str, now: datetime) -> Move:
    """Raises MoveStays for a move to where the person is."""
    if audience == own_key_id:
        raise MoveStays(pointer="/audience")
    return Move(move_id, audience, now, now + MOVE_LIFETIME)


def read_moving_export(document: JsonObject, key_id: str, own_key_id: str) -> MovingExport:
    """The record in an export that ``key_id`` signed.

    What was recorded here before, or taken back at the origin, is left out; what the origin itself
    had taken in from elsewhere comes along as that. Raises ExportUnreadable.
    """
    if document.get("format") != FORMAT:
        raise ExportUnreadable("format", format=FORMAT)
    if "move" not in document:
        raise ExportUnreadable("stays")
    try:
        return _read(document, key_id, own_key_id)
    except _FAULTS:
        raise ExportUnreadable("shape") from None


def _read(document: JsonObject, key_id: str, own_key_id: str) -> MovingExport:
    rows = _mapping(document["rows"])
    if len(_list(rows["action"])) + len(_list(rows.get("moved_action", []))) > MOST_MOVED:
        raise ExportUnreadable("many", most=MOST_MOVED)
    taken_back = {_mapping(each)["action_id"] for each in _list(rows["reversal"])}
    own = [row for row in _rows(rows["action"]) if row["action_id"] not in taken_back]
    carried = list(_rows(rows.get("moved_action", [])))
    actions = {
        each.action_id: each
        for each in (
            *(_moved(row, _key(row["recorded_by"])) for row in carried),
            *(_moved(row, key_id) for row in own),
        )
        if each.recorded_by != own_key_id
    }
    if sum(each.saved_mg for each in actions.values()) >= _MOST_MG:
        raise ValueError("more than was ever saved")
    return MovingExport(
        _public_id(document["id"]),
        _asked(_mapping(document["move"])),
        hashlib.sha256(canonical(document)).digest(),
        tuple(actions.values()),
        tuple(_report(row) for row in own),
    )


def _asked(stated: JsonObject) -> AskedMove:
    proof = _digest(stated["identity_proof"], _PROOF_BYTES)
    times = _moment(stated["asked_at"]), _moment(stated["expires_at"])
    return AskedMove(Move(_id(stated["id"]), _key(stated["audience"]), *times), proof)


def _moved(row: JsonObject, recorded_by: str) -> MovedAction:
    saved_mg, vintage = int(_plain(row["saved_mg"])), row["vintage"]
    if not 0 <= saved_mg < _MOST_MG or not isinstance(vintage, int) or not 1900 < vintage < 3000:
        raise ValueError("no such reduction")
    ended_at = row["ended_at"]
    return MovedAction(
        _id(row["action_id"]),
        recorded_by,
        _text(row["behaviour"]),
        _text(row["region"]),
        _moment(row["occurred_at"]),
        None if ended_at is None else _moment(ended_at),
        _moment(row["recorded_at"]),
        _text(row["methodology"]),
        _text(row["version"]),
        _digest(row["digest"], _DIGEST_BYTES),
        _text(row["provenance"]),
        vintage,
        saved_mg,
    )


def _report(row: JsonObject) -> MovedReport:
    """What was reported; who moves is named by whoever takes it in."""
    ended_at = row["ended_at"]
    action = Action(
        participant_id="",
        provider_id="",
        behaviour=_text(row["behaviour"]),
        external_id="",
        occurred_at=_moment(row["occurred_at"]),
        ended_at=None if ended_at is None else _moment(ended_at),
        region=_text(row["region"]),
        quantities={},
        evidence=_texts(row.get("evidence")),
    )
    return MovedReport(action, _texts(row["issuers"]))


def _texts(stated: Json) -> dict[str, str]:
    return {} if stated is None else {name: _text(each) for name, each in _mapping(stated).items()}


def _rows(stated: Json) -> Iterator[JsonObject]:
    return (_mapping(each) for each in _list(stated))


def _mapping(stated: Json) -> JsonObject:
    if not isinstance(stated, Mapping):
        raise TypeError("no object")
    return stated


def _list(stated: Json) -> list[Json]:
    if not isinstance(stated, list):
        raise TypeError("no list")
    return stated


def _text(stated: Json) -> str:
    if not isinstance(stated, str) or len(stated) > LONGEST_TEXT or not stated.isprintable():
        raise TypeError("no text")
    return stated


def _plain(stated: Json) -> int | str:
    if isinstance(stated, bool) or not isinstance(stated, int | str):
        raise TypeError("no whole number")
    return stated


def _moment(stated: Json) -> datetime:
    read = datetime.fromisoformat(_text(stated))
    if read.tzinfo is None or not 1970 <= read.year < 3000:
        raise ValueError("no moment")
    return read


def _id(stated: Json) -> UUID:
    return UUID(bytes=_digest(stated, 16))


def _public_id(stated: Json) -> UUID:
    head, _, digits = _text(stated).partition("_")
    if head != "par":
        raise ValueError("nobody's id")
    return _id(digits)


def _key(stated: Json) -> str:
    if not KEY_ID.fullmatch(_text(stated)):
        raise ValueError("no name of a key")
    return str(stated)


def _digest(stated: Json, length: int) -> bytes:
    read = bytes.fromhex(_text(stated))
    if len(read) != length or read.hex() != stated:
        raise ValueError("no digest")
    return read
