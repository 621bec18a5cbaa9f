"""Check claims: no two live or sold reductions claim the same, derived from the actions themselves.

The table of claims is not asked. What each action claims is made anew from its evidence, by the
rule of its version; of people who left it is what was made of it when they did. Digests go to files
by their first byte, and each file is looked through by itself, so that any number of actions takes
bounded memory.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from struct import Struct
from typing import BinaryIO
from uuid import UUID

from app.ids import public
from app.store.audit.claiming import Kept, claiming_actions, kept_claims
from app.store.audit.finding import AuditFinding
from app.store.database import Connection
from app.store.recording.kept_claims import digest_of
from behaviours.actions.stored_action import StoredAction
from behaviours.civil_time import instant
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook

# Digest, action, and of a meter's time its begin and end in microseconds; else all of time.
_RECORD = Struct(">20s16sqq")
_FILES = 64
_ALL_TIME = (-(1 << 62), 1 << 62)
_NAMED = 5
# A digest, and from when to when.
_Claimed = tuple[bytes, int, int]


def check_claims(connection: Connection, rulebook: ProgrammeRulebook) -> AuditFinding:
    """Reads every live or sold action once."""
    count, broken = 0, set[UUID]()
    with tempfile.TemporaryDirectory(prefix="tanpuhui-claims-") as folder:
        names = [Path(folder) / f"{number:02x}" for number in range(_FILES)]
        with ExitStack() as opened:
            files = [opened.enter_context(name.open("wb")) for name in names]
            for action_id, claimed in _all_claimed(connection, rulebook):
                count += 1
                if claimed is None:
                    broken.add(action_id)
                    continue
                for digest, begin, end in claimed:
                    _write(files[digest[0] % _FILES], digest, action_id, begin, end)
        for name in names:
            broken.update(_twice(name))
    return AuditFinding(
        "claims_once",
        "no claim in two live or sold reductions, by evidence and normal form",
        count=count,
        broken=len(broken),
        offenders=tuple(public("act", each) for each in sorted(broken)[:_NAMED]),
    )


def _all_claimed(
    connection: Connection, rulebook: ProgrammeRulebook
) -> Iterator[tuple[UUID, list[_Claimed] | None]]:
    """What each action claims; None where it cannot be derived, and so does not agree."""
    for stored in claiming_actions(connection):
        if isinstance(stored, UUID):
            yield stored, None
            continue
        try:
            yield stored.action_id, list(_claimed(stored, rulebook))
        except (KeyError, TypeError, ValueError, Refusal):
            yield stored.action_id, None
    for kept in kept_claims(connection):
        try:
            yield kept.action_id, list(_kept(kept))
        except (KeyError, TypeError, ValueError):
            yield kept.action_id, None


def _kept(kept: Kept) -> Iterator[_Claimed]:
    if kept.claims is None:
        raise ValueError("nobody kept what it holds")
    for key in kept.claims["keys"]:
        yield (digest_of(key), *_ALL_TIME)
    for digest, starts_at in kept.claims["meters"]:
        if kept.ended_at is None:
            raise ValueError("a meter's time has an end")
        begin = _microseconds(datetime.fromisoformat(starts_at))
        yield digest_of(digest), begin, _microseconds(kept.ended_at)


def _claimed(stored: StoredAction, rulebook: ProgrammeRulebook) -> Iterator[_Claimed]:
    had, secret = stored.claims_by(rulebook), rulebook.claiming.key
    for key in had.keys:
        yield (key.digest(secret), *_ALL_TIME)
    if had.meter is not None:
        begin, end = _microseconds(had.meter.starts_at), _microseconds(had.meter.ends_at)
        yield had.meter.subject.digest(secret), begin, end


def _write(file: BinaryIO, digest: bytes, action_id: UUID, begin: int, end: int) -> None:
    file.write(_RECORD.pack(digest, action_id.bytes, begin, end))


def _twice(name: Path) -> Iterator[UUID]:
    """The actions of one file that claim what another one claims, too."""
    held: defaultdict[bytes, list[tuple[int, int, bytes]]] = defaultdict(list)
    for digest, action_id, begin, end in _RECORD.iter_unpack(name.read_bytes()):
        held[digest].append((begin, end, action_id))
    for claims in held.values():
        if len(claims) > 1:
            yield from _overlapping(sorted(claims))


def _overlapping(claims: list[tuple[int, int, bytes]]) -> Iterator[UUID]:
    """Of claims of one number in the order of their begin: those that share a moment."""
    _, latest, holder = claims[0]
    for begin, end, action_id in claims[1:]:
        if begin < latest:
            yield UUID(bytes=holder)
            yield UUID(bytes=action_id)
        if end > latest:
            latest, holder = end, action_id


def _microseconds(moment: datetime) -> int:
    at = instant(moment)
    return int(at.timestamp()) * 1_000_000 + at.microsecond
