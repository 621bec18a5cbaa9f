"""Replacements: what holders offered for short bundles, and who has signed it."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import insert_into
from app.store.paging import newest_first
from app.store.signing import signed_roles
from rewards.registry.replacement import VERB, Replacement, ReplacementAsked

KIND = "replacement"
_COLUMNS = ReplacementAsked._fields
_INSERT = text(insert_into("replacement", _COLUMNS))
# What a replacement made good is the line of cover that has its id.
_READ = f"""
    select {", ".join(f"r.{name}" for name in _COLUMNS)},
           {signed_roles(KIND, VERB, of="r.replacement_id")},
           c.posting_id, c.mg, c.covered_at, b.shortfall_mg, w.withdrawn_at
      from replacement r
      join bundle b on b.bundle_id = r.bundle_id
      left join cover c on c.cover_id = r.replacement_id
      left join replacement_withdrawal w on w.replacement_id = r.replacement_id
"""
_WITHDRAW = text(
    """
    insert into replacement_withdrawal (replacement_id, withdrawn_by, withdrawn_at)
    values (:replacement_id, :by, :now)
    """
)
_FIND = text(f"{_READ} where r.replacement_id = :replacement_id")
_LIST = newest_first(
    f"""
    {_READ}
     where r.bundle_id = :bundle_id
       and (:everybodys or r.organisation_id = cast(:organisation_id as uuid))
    """,
    by="r.replacement_id",
)


def insert_replacement(connection: Connection, asked: ReplacementAsked) -> None:
    """Keep what was asked; it never changes."""
    connection.execute(_INSERT, asked._asdict())


def withdraw(connection: Connection, replacement_id: UUID, *, by: UUID, now: datetime) -> None:
    """Keep that an offer was taken back, and who did it."""
    given = {"replacement_id": replacement_id, "by": by, "now": now}
    connection.execute(_WITHDRAW, given)


def find_replacement(connection: Connection, replacement_id: UUID) -> Replacement | None:
    """The replacement of this id as it stands, or None."""
    row = connection.execute(_FIND, {"replacement_id": replacement_id}).one_or_none()
    return None if row is None else _replacement(tuple(row))


def list_replacements(
    connection: Connection,
    bundle_id: UUID,
    *,
    of: UUID | None,
    everybodys: bool,
    before: UUID | None,
    most: int,
) -> list[Replacement]:
    """What was offered for a bundle, newest first: by one organisation, or by everybody."""
    given = {
        "bundle_id": bundle_id,
        "organisation_id": of,
        "everybodys": everybodys,
        "before": before,
        "most": most,
    }
    return [_replacement(tuple(row)) for row in connection.execute(_LIST, given)]


def _replacement(row: tuple) -> Replacement:  # type: ignore[type-arg]
    asked = ReplacementAsked(*row[: len(_COLUMNS)])
    signed, *others = row[len(_COLUMNS) :]
    return Replacement(asked, tuple(signed), *others)
