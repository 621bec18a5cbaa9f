"""SQL of second factors: authenticators, by their id alone, and digests of recovery codes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.second_factor import SecondFactor

_FIND = text("select factor_id, last_step, wrong_codes from second_factor where user_id = :user_id")
_SET_UP = text(
    """
    insert into second_factor (user_id, factor_id, last_step, wrong_codes, set_up_at)
    values (:user_id, :factor_id, :last_step, :wrong_codes, :now)
        on conflict (user_id) do update
       set factor_id = excluded.factor_id, last_step = excluded.last_step,
           wrong_codes = excluded.wrong_codes, set_up_at = excluded.set_up_at
    """
)
_WRITE = text(
    """
    update second_factor set last_step = :last_step, wrong_codes = :wrong_codes
     where user_id = :user_id
    """
)
_FORGET_CODES = text("delete from recovery_code where user_id = :user_id")
_ADD_CODES = text(
    """
    insert into recovery_code (user_id, code_digest)
    select :user_id, digest from unnest(cast(:digests as bytea[])) as d (digest) order by digest
    """
)
_SPEND_CODE = text(
    """
    update recovery_code set used_at = :now
     where user_id = :user_id and code_digest = :digest and used_at is null
    """
)
_CODES_LEFT = text(
    "select count(*) from recovery_code where user_id = :user_id and used_at is null"
)


def find_factor(connection: Connection, user_id: UUID) -> SecondFactor | None:
    """The user's authenticator; hold the user before something depends on it."""
    row = connection.execute(_FIND, {"user_id": user_id}).one_or_none()
    return SecondFactor(*row) if row else None


def set_up_factor(
    connection: Connection, user_id: UUID, factor: SecondFactor, *, now: datetime
) -> None:
    """From now on it is this authenticator, and no other."""
    asked = {**_row(user_id, factor), "factor_id": factor.factor_id, "now": now}
    connection.execute(_SET_UP, asked)


def write_factor(connection: Connection, user_id: UUID, factor: SecondFactor) -> None:
    """Keep which code was taken last, and how many wrong ones came since."""
    connection.execute(_WRITE, _row(user_id, factor))


def renew_recovery_codes(connection: Connection, user_id: UUID, digests: Collection[bytes]) -> None:
    """These codes are good now, and no earlier ones."""
    connection.execute(_FORGET_CODES, {"user_id": user_id})
    connection.execute(_ADD_CODES, {"user_id": user_id, "digests": list(digests)})


def spend_recovery_code(
    connection: Connection, user_id: UUID, digest: bytes, *, now: datetime
) -> bool:
    """Use a code; False when it is none of the user's, or was used before."""
    asked = {"user_id": user_id, "digest": digest, "now": now}
    return connection.execute(_SPEND_CODE, asked).rowcount == 1


def recovery_codes_left(connection: Connection, user_id: UUID) -> int:
    return int(connection.execute(_CODES_LEFT, {"user_id": user_id}).scalar_one())


def _row(user_id: UUID, factor: SecondFactor) -> dict[str, UUID | int]:
    return {
        "user_id": user_id,
        "last_step": factor.last_step,
        "wrong_codes": factor.wrong_codes,
    }
