"""Certify to a person what they saved in some days: a signed record of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.signatures import sign
from app.store.database import Connection
from app.store.engagement.certificates import add_certificate
from app.store.engagement.live_sums import lines_between
from app.store.people.enrolment import hold_account
from app.usecases.registry.publish_key import publish_key
from behaviours.engagement import LiveSum
from behaviours.people import check_open
from behaviours.personal_certificates import (
    VALID,
    CertificateMade,
    CertificateSeen,
    NothingToCertify,
    certified_days,
    personal_certificate_of,
)
from behaviours.programme import Programme


def certify_days(
    connection: Connection,
    participant_id: UUID,
    first: date,
    last: date,
    *,
    programme: Programme,
    signing_key: bytes,
    clock: Clock,
) -> CertificateSeen:
    """The certificate, by the books as they stand while nothing of the person's can change.

    Refuses with UnknownOfPerson, PeriodBackwards, CertifiedTooEarly or NothingToCertify.
    """
    check_open(is_open=hold_account(connection, participant_id))
    now = clock.now()
    days = certified_days(first, last, now, programme.zone)
    lines = lines_between(
        connection, participant_id, starts_at=days.starts_at, ends_at=days.ends_at
    )
    if not lines:
        raise NothingToCertify
    actions = sum(each.done.actions for each in lines)
    saved_mg = sum(each.done.saved_mg for each in lines)
    made = CertificateMade(participant_id, new_id(), *days, now, actions, saved_mg)
    names = (programme.name_zh, programme.name_en)
    document = personal_certificate_of(made, lines, programme=names, zone=programme.zone)
    publish_key(connection, signing_key, now=now)
    add_certificate(connection, made, sign(document, signing_key))
    done = LiveSum(saved_mg, actions)
    return CertificateSeen(made.certificate_id, VALID, now, first, last, done)
