"""Signatures: who signed what, in which role; one for each role and matter."""

from __future__ import annotations

from sqlalchemy import Connection, text

from rewards.signing import Matter, Signature

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


def sign(connection: Connection, matter: Matter, signature: Signature) -> list[Signature]:
    """Keep a signature and return every one of the matter, oldest first.

    A second signature of the same role changes nothing.
    """
    connection.execute(_SIGN, matter._asdict() | signature._asdict())
    return [Signature(*row) for row in connection.execute(_SIGNATURES, matter._asdict())]
