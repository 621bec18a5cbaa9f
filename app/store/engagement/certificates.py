"""SQL of people's certificates: kept sealed for their person, looked up by their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, text

from app.secrecy.sealing import CERTIFICATE, seal, unseal
from app.store.inserting import by_name, insert_into
from app.store.paging import newest_first, page_of_person
from app.store.people.data_keys import data_keys_of
from behaviours.engagement import LiveSum
from behaviours.json_value import JsonObject
from behaviours.people import CLOSED
from behaviours.personal_certificates import (
    CertificateMade,
    CertificateSeen,
    certificate_state,
)

# ruff: noqa: S608 - these statements are put together from constants of the program only

_ADD = text(insert_into("personal_certificate", (*CertificateMade._fields, "seal")))


def _seen() -> str:
    """How certificates stand. In one are the actions of its days that were credited by then; what
    came in at the very moment counts as if it were in it, so that none holds for too long."""
    return f"""
    select c.certificate_id, c.issued_at, c.first_day, c.last_day, c.saved_mg, c.actions,
           c.revoked_at is not null or p.state = '{CLOSED}' as is_revoked,
           exists (select from reversal v join action a using (participant_id, action_id)
                    where v.participant_id = c.participant_id and v.reversed_at >= c.issued_at
                      and a.occurred_at >= c.starts_at and a.occurred_at < c.ends_at
                      and a.recorded_at <= c.issued_at
                      and not exists (select from hold_outcome h
                                       where h.participant_id = a.participant_id
                                         and h.action_id = a.action_id
                                         and h.decided_at > c.issued_at)) as is_reversed,
           c.participant_id, c.seal
      from personal_certificate c join participant p using (participant_id)
    """


_BY_NUMBER = text(f"{_seen()} where c.certificate_id = :certificate_id")
_PAGE = newest_first(f"{_seen()} where c.participant_id = :participant_id", by="c.certificate_id")
_REVOKE = text(
    """
    update personal_certificate set revoked_at = :now
     where participant_id = :participant_id and certificate_id = :certificate_id
       and revoked_at is null
    """
)


def add_certificate(connection: Connection, made: CertificateMade, signed: JsonObject) -> None:
    """Keep a certificate, its text sealed; the account is held."""
    key = data_keys_of(connection, [made.participant_id])[made.participant_id]
    sealed = seal(key, made.certificate_id.bytes + CERTIFICATE, [signed])
    connection.execute(_ADD, {**by_name(CertificateMade._fields, made), "seal": sealed})


def find_certificate(connection: Connection, certificate_id: UUID) -> CertificateSeen | None:
    """How a certificate stands, for whoever names its number."""
    row = connection.execute(_BY_NUMBER, {"certificate_id": certificate_id}).one_or_none()
    return _seen_of(row) if row else None


def signed_text(
    connection: Connection, participant_id: UUID, certificate_id: UUID
) -> tuple[CertificateSeen, JsonObject] | None:
    """A certificate of this person as it was signed, and how it stands."""
    row = connection.execute(_BY_NUMBER, {"certificate_id": certificate_id}).one_or_none()
    key = data_keys_of(connection, [participant_id]).get(participant_id)
    if row is None or row.participant_id != participant_id or key is None:
        return None
    opened = unseal(key, certificate_id.bytes + CERTIFICATE, bytes(row.seal))
    assert isinstance(opened, list), "as it was sealed"
    return _seen_of(row), cast(JsonObject, opened[0])


def certificates_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int | None
) -> list[CertificateSeen]:
    """A person's certificates, the newest first."""
    page = page_of_person(connection, _PAGE, participant_id, before=before, most=most)
    return [_seen_of(row) for row in page]


def revoke(
    connection: Connection, participant_id: UUID, certificate_id: UUID, *, now: datetime
) -> None:
    """Say of a certificate that its person stands by it no more; the first time counts."""
    asked = {"participant_id": participant_id, "certificate_id": certificate_id, "now": now}
    connection.execute(_REVOKE, asked)


def _seen_of(row: Sequence[Any]) -> CertificateSeen:
    identifier, issued_at, first, last, saved_mg, actions, is_revoked, is_reversed = row[:8]
    state = certificate_state(is_reversed=is_reversed, is_revoked=is_revoked)
    return CertificateSeen(identifier, state, issued_at, first, last, LiveSum(saved_mg, actions))
