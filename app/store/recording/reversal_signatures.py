"""Who asked for an action to be taken back, and when: lines that never change."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from app.ids import public
from app.store.database import Connection
from app.store.inserting import insert_into
from app.store.log.acting import tell_signature
from behaviours.actions.reversal import ReversalSignature
from behaviours.logbook import LoggedSubject
from rewards.signing import Signature

_COLUMNS = ", ".join(ReversalSignature._fields)
_SIGN = text(insert_into("reversal_signature", ReversalSignature._fields))
_OF_ACTION = text(
    f"""
    select {_COLUMNS} from reversal_signature where action_id = :action_id order by signed_at
    """  # noqa: S608
)


def sign_reversal(connection: Connection, signature: ReversalSignature) -> None:
    """Keep a person's word."""
    connection.execute(_SIGN, signature._asdict())
    tell_signature(
        LoggedSubject("action", public("act", signature.action_id)),
        f"reversal_signature/{signature.action_id}",
        Signature(signature.role, signature.user_id, signature.signed_at),
        [each.user_id for each in signatures_of(connection, signature.action_id)],
        verb="action.reverse",
    )


def signatures_of(connection: Connection, action_id: UUID) -> list[ReversalSignature]:
    """Everybody who asked, the first one first."""
    rows = connection.execute(_OF_ACTION, {"action_id": action_id})
    return [ReversalSignature(*row) for row in rows]
