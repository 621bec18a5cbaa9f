"""SQL of installations: who holds what earns over time, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from app.store.database import Connection
from app.store.events.gathering import became, moved
from app.store.inserting import each_of
from app.store.log.acting import held, kept
from app.store.recording.candidate import Candidate
from app.store.tables.installations import installation as table
from behaviours.actions.installation import (
    ENDED,
    REPORTED,
    Holder,
    Installation,
    RegisteredInstallation,
    SoughtInstallations,
    Testimony,
)
from behaviours.actions.installed import installation_of
from behaviours.people import ACTIVE
from behaviours.rules.units import parse_unit
from behaviours.viewer import Viewer

_NAMES = tuple(column.name for column in table.columns)
_SHOWN = ", ".join(f"i.{name}" for name in _NAMES)
_OF_ROW: Final = ("installation_id", "evidence", "follows", "reporter_id")
_AS_SAID: Final = ("kind", "issuer", "number", "capacity", "commissioned_on", "region", "held_from")
_ADD = text(f"""
    INSERT INTO installation (installation_id, kind, issuer, number, number_digest, capacity,
        capacity_unit, commissioned_on, region, evidence, state, participant_id, organisation_id,
        held_from, follows, reporter_id, reported_by, reported_at)
    SELECT d.installation_id, d.kind, d.issuer, d.number, d.number_digest, d.capacity,
        d.capacity_unit, d.commissioned_on, d.region, d.evidence, '{REPORTED}', d.participant_id,
        d.organisation_id, d.held_from, d.follows, d.reporter_id, d.reported_by, d.reported_at
    FROM unnest(:installation_id ::uuid[], :kind ::text[], :issuer ::text[], :number ::text[],
        :number_digest ::bytea[], :capacity ::numeric[], :capacity_unit ::text[],
        :commissioned_on ::date[], :region ::text[], :evidence ::text[], :participant_id ::uuid[],
        :organisation_id ::uuid[], :held_from ::timestamptz[], :follows ::uuid[],
        :reporter_id ::uuid[], :reported_by ::text[], :reported_at ::timestamptz[])
      AS d (installation_id, kind, issuer, number, number_digest, capacity, capacity_unit,
        commissioned_on, region, evidence, participant_id, organisation_id, held_from, follows,
        reporter_id, reported_by, reported_at)
    ORDER BY d.number_digest
    ON CONFLICT (number_digest) WHERE state <> '{ENDED}' DO NOTHING
    RETURNING installation_id
""")  # noqa: S608 - only names of this code
_OF_NUMBERS = text(f"""
    SELECT {_SHOWN} FROM installation i WHERE i.number_digest = ANY(:digests)
    ORDER BY i.state = '{ENDED}', i.installation_id DESC
""")  # noqa: S608 - only names of this code
# What somebody may see: their own, what they reported, and a provider what people hold who
# consent to it.
_SEEN = """
    (:sees_all OR i.participant_id = :tenant_id OR i.organisation_id = :tenant_id
        OR i.reporter_id = :tenant_id
        OR EXISTS (
            SELECT 1 FROM consent c
            WHERE c.participant_id = i.participant_id AND c.organisation_id = :tenant_id
              AND c.withdrawn_at IS NULL
        ))
"""
_SOME = f"SELECT {_SHOWN} FROM installation i WHERE i.installation_id = ANY(:ids) AND {_SEEN}"  # noqa: S608
_FIND = text(_SOME)
_HOLD = text(f"{_SOME} ORDER BY i.installation_id FOR NO KEY UPDATE OF i")
_PAGE = text(f"""
    SELECT {_SHOWN} FROM installation i
    WHERE {_SEEN} AND i.installation_id < :before
      AND (CAST(:kind AS text) IS NULL OR i.kind = :kind)
      AND (CAST(:state AS text) IS NULL OR i.state = :state)
      AND (CAST(:participant_id AS uuid) IS NULL OR i.participant_id = :participant_id)
    ORDER BY i.installation_id DESC LIMIT :limit
""")  # noqa: S608
_MOVE = text("""
    UPDATE installation i SET state = d.state, confirmed_by = d.confirmed_by,
        confirmed_at = d.confirmed_at, confirmation = d.confirmation, ended_by = d.ended_by,
        ended_at = d.ended_at, end_reason = d.end_reason
    FROM unnest(:installation_id ::uuid[], :state ::text[], :confirmed_by ::text[],
        :confirmed_at ::timestamptz[], :confirmation ::text[], :ended_by ::text[],
        :ended_at ::timestamptz[], :end_reason ::text[])
      AS d (installation_id, state, confirmed_by, confirmed_at, confirmation, ended_by, ended_at,
        end_reason)
    WHERE i.installation_id = d.installation_id
""")
_COVERED = text(f"""
    SELECT p.participant_id FROM participant p
    WHERE p.participant_id = ANY(:people) AND p.state = '{ACTIVE}' AND (
        CAST(:provider_id AS uuid) IS NULL OR EXISTS (
            SELECT 1 FROM consent c
            WHERE c.participant_id = p.participant_id AND c.organisation_id = :provider_id
              AND c.withdrawn_at IS NULL
        ))
""")  # noqa: S608
_ORGANISATIONS = text("SELECT organisation_id FROM organisation WHERE organisation_id = ANY(:ids)")
_USED_UNTIL = text("""
    SELECT u.installation_id, max(u.ends_at) FROM installation_action u
    WHERE u.installation_id = ANY(:ids) AND NOT EXISTS (
        SELECT 1 FROM reversal r
        WHERE r.participant_id = u.participant_id AND r.action_id = u.action_id
    )
    GROUP BY 1
""")
# What was sent names a thing at a person's home: it goes when she does.
_LEAVE = text(f"""
    UPDATE installation SET number = '', evidence = '', state = '{ENDED}',
        ended_by = coalesce(ended_by, 'platform'),
        ended_at = coalesce(ended_at, greatest(CAST(:now AS timestamptz), held_from)),
        end_reason = coalesce(end_reason, '')
    WHERE participant_id = ANY(:people)
    RETURNING installation_id, NULL, reporter_id, organisation_id
""")  # noqa: S608
# Whoever ends one or changes its holder waits until what it did is recorded.
LOCK_INSTALLED = """
    SELECT 1 FROM installation WHERE number_digest = ANY($1::bytea[])
    ORDER BY installation_id FOR SHARE
"""
INSTALLED = f"SELECT {', '.join(_NAMES)} FROM installation WHERE number_digest = ANY($1::bytea[])"  # noqa: S608
_AFTER_ALL = UUID(int=(1 << 128) - 1)


def add_installations(connection: Connection, new: Sequence[RegisteredInstallation]) -> set[UUID]:
    """Write those whose number nobody holds at this moment; the ids of what was written."""
    said = [one.installation for one in new]
    asked = {
        **each_of(_OF_ROW, new),
        **each_of(_AS_SAID, said),
        **each_of(("participant_id", "organisation_id"), [one.holder for one in new]),
        "number_digest": [one.digest for one in new],
        "capacity_unit": [one.unit.text if one.unit else None for one in said],
        "reported_by": [one.reported.by for one in new],
        "reported_at": [one.reported.at for one in new],
    }
    added = set(connection.execute(_ADD, asked).scalars())
    moved(*(one for one in new if one.installation_id in added))
    return added


def installations_of(
    connection: Connection, digests: Sequence[bytes]
) -> dict[bytes, list[RegisteredInstallation]]:
    """All that were ever registered by these numbers, those that live first; by digest."""
    found: dict[bytes, list[RegisteredInstallation]] = {}
    for row in connection.execute(_OF_NUMBERS, {"digests": list(digests)}):
        one = _registered(row)
        found.setdefault(bytes(one.digest), []).append(one)
    return found


def find_installations(
    connection: Connection, ids: Sequence[UUID], *, viewer: Viewer, hold: bool = False
) -> dict[UUID, RegisteredInstallation]:
    """Those that the viewer may see; with ``hold`` nobody else changes or uses them meanwhile."""
    rows = connection.execute(_HOLD if hold else _FIND, {"ids": list(ids), **_seen(viewer)})
    found = [_registered(row) for row in rows]
    if hold:
        for one in found:
            held(one)
    return {one.installation_id: one for one in found}


def installations_page(
    connection: Connection,
    sought: SoughtInstallations,
    *,
    viewer: Viewer,
    before: UUID | None,
    limit: int,
) -> list[RegisteredInstallation]:
    """Those that the viewer may see, the last registered first, from before an id on."""
    rows = connection.execute(
        _PAGE,
        {
            **sought._asdict(),
            "before": before or _AFTER_ALL,
            "limit": limit,
            **_seen(viewer),
        },
    )
    return [_registered(row) for row in rows]


def write_moves(connection: Connection, written: Sequence[RegisteredInstallation]) -> None:
    """Write the state of each, and who confirmed or ended it."""
    confirmed, ended = [one.confirmed for one in written], [one.ended for one in written]
    connection.execute(
        _MOVE,
        {
            "installation_id": [one.installation_id for one in written],
            "state": [one.installation.state for one in written],
            "confirmed_by": [word and word.by for word in confirmed],
            "confirmed_at": [word and word.at for word in confirmed],
            "confirmation": [word and word.reason for word in confirmed],
            "ended_by": [word and word.by for word in ended],
            "ended_at": [word and word.at for word in ended],
            "end_reason": [word and word.reason for word in ended],
        },
    )
    kept(*written)


def people_covered(
    connection: Connection, people: Sequence[UUID], *, provider_id: UUID | None
) -> set[UUID]:
    """Those who take part, and of whom the provider, if one is named, may report something."""
    given = {"people": list(people), "provider_id": provider_id}
    return set(connection.execute(_COVERED, given).scalars())


def organisations_among(connection: Connection, ids: Sequence[UUID]) -> set[UUID]:
    return set(connection.execute(_ORGANISATIONS, {"ids": list(ids)}).scalars())


def used_until(connection: Connection, ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When the last action of each ended that was not taken back."""
    rows = connection.execute(_USED_UNTIL, {"ids": list(ids)})
    return {row[0]: row[1] for row in rows}


def tell_installed(candidates: Sequence[Candidate], rows: Iterable[tuple[Any, ...]]) -> None:
    """Tell each candidate whose rule asks for one its installation, or why none is its.

    ``rows`` are what ``INSTALLED`` found by the digests of all of them.
    """
    found: dict[bytes, list[RegisteredInstallation]] = {}
    for row in rows:
        one = _registered(row)
        found.setdefault(one.digest, []).append(one)
    for candidate in candidates:
        digests = candidate.installation_digests
        if digests:
            known = [each for digest in digests for each in found.get(digest, ())]
            candidate.installation = installation_of(candidate.accepted, known)


def end_installations_of(connection: Connection, people: Sequence[UUID], *, now: datetime) -> None:
    """End what people hold who leave, and forget how its numbers were written."""
    done = connection.execute(_LEAVE, {"people": list(people), "now": now})
    became(RegisteredInstallation, ENDED, done)


def _seen(viewer: Viewer) -> dict[str, UUID | bool | None]:
    return {"sees_all": viewer.sees_all, "tenant_id": viewer.tenant_id}


def _unit(what: Installation) -> str | None:
    return what.unit.text if what.unit else None


def _registered(row: Sequence[Any]) -> RegisteredInstallation:
    """Of a row in the order of the table's columns."""
    at = dict(zip(_NAMES, row, strict=True))
    return RegisteredInstallation(
        at["installation_id"],
        Holder(at["participant_id"], at["organisation_id"]),
        Installation(
            at["kind"],
            at["issuer"],
            at["number"],
            at["capacity"],
            parse_unit(at["capacity_unit"]) if at["capacity_unit"] else None,
            at["commissioned_on"],
            at["region"],
            at["state"],
            at["held_from"],
            at["ended_at"],
        ),
        at["number_digest"],
        at["evidence"],
        at["reporter_id"],
        Testimony(at["reported_by"], at["reported_at"], ""),
        _word(at["confirmed_by"], at["confirmed_at"], at["confirmation"]),
        _word(at["ended_by"], at["ended_at"], at["end_reason"]),
        at["follows"],
    )


def _word(by: str | None, at: datetime | None, reason: str | None) -> Testimony | None:
    return None if by is None or at is None else Testimony(by, at, reason or "")
