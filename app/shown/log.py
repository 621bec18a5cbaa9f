"""The log as it is shown: rows as JSON, and as files of lines and of cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

import orjson
from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from app.messages.catalogues import messages, text
from behaviours.json_value import JsonObject
from behaviours.logbook import COMMAND, LogEntry
from rewards.redemption.bill import harmless

COLUMNS: Final = (
    "id", "taken_at", "verb", "sentence", "role", "user_id", "client_id", "organisation_id",
    "subject_kind", "subject_id", "changes", "reason", "signed", "signers", "request_id", "address",
)  # fmt: skip


class ActorAnswer(Schema):
    """Who took the step: a user, a program by its client, or whoever has the server."""

    role = plain.String(metadata={"example": "operator"})
    user_id = plain.String(allow_none=True, metadata={"example": f"usr_0199{28 * '0'}"})
    client_id = plain.String(allow_none=True)
    organisation_id = plain.String(allow_none=True)


class LoggedSubjectAnswer(Schema):
    """What the step was taken on."""

    kind = plain.String(metadata={"example": "bundle"})
    id = plain.String(metadata={"example": f"bdl_0199{28 * '0'}"})


class LogEntryAnswer(Schema):
    """One step; ``changes`` holds, of each member that became other, what it was and is."""

    id = plain.String(metadata={"example": f"log_0199{28 * '0'}"})
    taken_at = plain.String(metadata={"format": "date-time"})
    verb = plain.String(metadata={"example": "bundle.seal"})
    sentence = plain.String(metadata={"description": "The verb, in the language of the request."})
    actor = plain.Nested(ActorAnswer)
    subject = plain.Nested(LoggedSubjectAnswer, allow_none=True)
    changes = plain.Dict(metadata={"example": {"points": {"old": 100, "new": 120}}})
    reason = plain.String(allow_none=True)
    signed = plain.String(
        allow_none=True, metadata={"description": "What was signed, where it takes two people."}
    )
    signers = plain.List(
        plain.String(), metadata={"description": "Who has signed the same by this step."}
    )
    request_id = plain.String(allow_none=True)
    address = plain.String(
        allow_none=True, metadata={"description": "The network of the caller, not the address."}
    )


def log_entry_answer(entry: LogEntry, language: str) -> JsonObject:
    """One row of the log, as JSON."""
    organisation, subject = entry.organisation_id, entry.subject
    return {
        "id": public("log", entry.entry_id),
        "taken_at": moment(entry.taken_at),
        "verb": entry.verb,
        "sentence": sentence_of(entry.verb, language),
        "actor": {
            "role": entry.role,
            "user_id": public("usr", entry.user_id) if entry.user_id else None,
            "client_id": entry.client_id,
            "organisation_id": public("org", organisation) if organisation else None,
        },
        "subject": {"kind": subject.kind, "id": subject.name} if subject else None,
        "changes": {
            name: {"old": each["old"], "new": each["new"]} for name, each in entry.changes.items()
        },
        "reason": entry.reason,
        "signed": entry.signed,
        "signers": [public("usr", each) for each in entry.signers],
        "request_id": entry.request_id,
        "address": entry.address,
    }


def sentence_of(verb: str, language: str) -> str:
    """What a verb says, in words."""
    if verb.startswith(COMMAND):
        command = verb.removeprefix(COMMAND).replace(".", " ")
        return text("step:command", language, {"command": command})
    return messages(language).get(f"step:{verb}", verb)


def as_lines(entries: Iterable[LogEntry], language: str) -> Iterator[bytes]:
    """One JSON object a line."""
    for each in entries:
        yield orjson.dumps(log_entry_answer(each, language), option=orjson.OPT_APPEND_NEWLINE)


def as_cells(entries: Iterable[LogEntry], language: str) -> Iterator[bytes]:
    """UTF-8 with BOM for spreadsheets; no cell begins like a formula."""
    yield "\ufeff".encode() + _row(COLUMNS)
    for each in entries:
        yield _row(_cells(each, log_entry_answer(each, language)))


def _cells(entry: LogEntry, shown: JsonObject) -> list[str]:
    actor, subject = shown["actor"], shown["subject"] or {}
    assert isinstance(actor, Mapping)
    assert isinstance(subject, Mapping)
    flat = {
        **{name: each for name, each in shown.items() if name not in ("actor", "subject")},
        **actor,
        "subject_kind": subject.get("kind"),
        "subject_id": subject.get("id"),
        "changes": orjson.dumps(shown["changes"]).decode() if entry.changes else None,
        "signers": " ".join(public("usr", each) for each in entry.signers),
    }
    return ["" if flat[name] is None else str(harmless(str(flat[name]))) for name in COLUMNS]


def _row(cells: Iterable[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


class LogFile(NamedTuple):
    """A form that the log is exported in."""

    write: Callable[[Iterable[LogEntry], str], Iterator[bytes]]
    media_type: str


FORMS: Final[Mapping[str, LogFile]] = {
    "csv": LogFile(as_cells, "text/csv; charset=utf-8"),
    "ndjson": LogFile(as_lines, "application/x-ndjson"),
}
