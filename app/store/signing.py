"""Signatures: who signed what, in which role; one for each role and matter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from app.store.log.acting import tell_signature
from app.store.organisations.users import share_user
from behaviours.logbook import LoggedSubject
from behaviours.logged_things import subject_of
from behaviours.users import UsersOnly
from behaviours.viewer import Viewer
from rewards.signing import Matter, Signature, missing_roles, signature_of

_SIGN = text(
    """
    insert into signature (subject_kind, subject_id, verb, role, user_id, signed_at)
    values (:kind, :subject_id, :verb, :role, :user_id, :signed_at)
    on conflict do nothing
    """
)
_SIGNATURES = text(
    """
    select role, user_id, signed_at from signature
     where subject_kind = :kind and subject_id = :subject_id and verb = :verb order by signed_at
    """
)


def signed_roles(kind: str, verb: str, *, of: str) -> str:
    """SQL: the roles that signed this verb of the thing whose id stands in ``of``, in order."""
    return (
        "array(select s.role from signature s"  # noqa: S608 - only names of this code
        f" where s.subject_kind = '{kind}' and s.subject_id = {of} and s.verb = '{verb}'"
        " order by s.signed_at)"
    )


def sign(
    connection: Connection,
    matter: Matter,
    signature: Signature,
    *,
    subject: LoggedSubject | None = None,
) -> list[Signature]:
    """Keep a signature and return every one of the matter, oldest first.

    A second signature of the same role changes nothing. ``subject`` is what is signed as the log
    names it, of a thing that has another name than its id. Raises UsersOnly for who was ended
    while the request was on its way; who signs stays as they are until the transaction ends.
    """
    signer = share_user(connection, signature.user_id)
    if signer is not None and signer.has_ended:
        raise UsersOnly
    written = connection.execute(_SIGN, matter._asdict() | signature._asdict()).rowcount
    signed = [Signature(*row) for row in connection.execute(_SIGNATURES, matter._asdict())]
    if written:
        tell_signature(
            subject or subject_of(matter.kind, matter.subject_id),
            f"signature/{matter.kind}/{matter.subject_id}/{matter.verb}",
            signature,
            [each.user_id for each in signed],
            verb=f"{matter.kind}.{matter.verb.partition(':')[0]}",
        )
    return signed


def sign_by(
    connection: Connection,
    matter: Matter,
    by: Viewer,
    now: datetime,
    *,
    subject: LoggedSubject | None = None,
) -> list[str]:
    """Sign as who asks, and say which roles have yet to. Raises SamePersonTwice."""
    return missing_roles(sign(connection, matter, signature_of(by, now), subject=subject))
