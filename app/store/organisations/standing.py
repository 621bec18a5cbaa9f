"""SQL of how organisations stand, of the lock under which that is decided, and of what was done.

Whatever begins with an organisation holds it shared until its transaction ends, and who suspends or
closes it holds it alone. The lock is one of the server's memory: a row lock would write to the
organisation's row at every capture of every till.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_ids
from app.store.inserting import each_of
from app.store.log.acting import held, kept
from behaviours.standing import ACTIVE, OrganisationStanding, StandingStep
from rewards.registry.counterparty import Counterparty


def _key(organisation_id: str) -> str:
    return f"hashtextextended('organisation ' || cast({organisation_id} as text), 0)"


def share_lock(organisation_id: str) -> str:
    """The SQL by which nobody suspends or closes an organisation until the transaction ends."""
    return f"pg_advisory_xact_lock_shared({_key(organisation_id)})"


def counterparty_columns(alias: str) -> str:
    """The SQL of an organisation as others read it, in the order of ``Counterparty``, for
    statements that join it to what they tell of."""
    return ", ".join(f"{alias}.{name}" for name in Counterparty._fields)


_COLUMNS = "organisation_id, kind, name, state, revision, changed_at"
# By the driver, for a pipeline; the argument is a list of organisations in the order of their ids.
SHARE: Final = f"SELECT {share_lock('id')} FROM unnest(%s::uuid[]) AS id"  # noqa: S608
_SHARE = text(f"select {share_lock('id')} from unnest(cast(:ids as uuid[])) as id")  # noqa: S608
_ALONE = text(f"select pg_advisory_xact_lock({_key('cast(:organisation_id as uuid)')})")
_EACH_ALONE = text(
    f"select pg_advisory_xact_lock({_key('id')}) from unnest(cast(:ids as uuid[])) as id"  # noqa: S608
)
_STANDINGS = text(
    f"""
    select {_COLUMNS} from organisation
     where organisation_id = any(cast(:ids as uuid[])) order by organisation_id
    """  # noqa: S608 - only names of this code
)
_WRITTEN: Final = ("organisation_id", "state", "revision", "changed_at")
_WRITE = text(
    """
    update organisation o set state = n.state, revision = n.revision, changed_at = n.changed_at
      from unnest(cast(:organisation_id as uuid[]), cast(:state as text[]),
                  cast(:revision as integer[]), cast(:changed_at as timestamptz[]))
           as n (organisation_id, state, revision, changed_at)
     where o.organisation_id = n.organisation_id
    """
)
_SAID: Final = ("step", "ground", "reason", "taken_by", "role", "taken_at")
_STEP = text(
    """
    insert into organisation_step (step_id, organisation_id, step, ground, reason, taken_by, role,
                                   taken_at)
    select * from unnest(
        cast(:step_ids as uuid[]), cast(:ids as uuid[]), cast(:step as text[]),
        cast(:ground as text[]), cast(:reason as text[]), cast(:taken_by as uuid[]),
        cast(:role as text[]), cast(:taken_at as timestamptz[]))
    """
)
_STEPS = text(
    """
    select step, ground, reason, taken_by, role, taken_at from organisation_step
     where organisation_id = :organisation_id order by step_id
    """
)


def stopped(organisation_id: str) -> str:
    """The SQL of whether an organisation is suspended or closed; of none, it is neither."""
    return (
        f"exists (select from organisation stands where stands.organisation_id = {organisation_id}"
        f" and stands.state <> '{ACTIVE}')"
    )


def share_standings(
    connection: Connection, organisation_ids: Collection[UUID]
) -> list[OrganisationStanding]:
    """Organisations as they stand, and stay until the transaction ends."""
    ids = sorted(organisation_ids)
    connection.execute(_SHARE, {"ids": ids})
    # Only now: a statement sees what stood before its own waiting.
    return [OrganisationStanding(*row) for row in connection.execute(_STANDINGS, {"ids": ids})]


def hold_standing(connection: Connection, organisation_id: UUID) -> OrganisationStanding | None:
    """The organisation, with which nothing begins until the transaction ends."""
    connection.execute(_ALONE, {"organisation_id": organisation_id})
    standing = find_standing(connection, organisation_id)
    return held(standing) if standing else None


def hold_standings(
    connection: Connection, organisation_ids: Collection[UUID]
) -> list[OrganisationStanding]:
    """Organisations, with none of which anything begins until the transaction ends."""
    ids = sorted(organisation_ids)
    connection.execute(_EACH_ALONE, {"ids": ids})
    return [OrganisationStanding(*row) for row in connection.execute(_STANDINGS, {"ids": ids})]


def find_standing(connection: Connection, organisation_id: UUID) -> OrganisationStanding | None:
    """The organisation as it stands at this moment."""
    row = connection.execute(_STANDINGS, {"ids": [organisation_id]}).one_or_none()
    return OrganisationStanding(*row) if row else None


def standings_of(
    connection: Connection, organisation_ids: Collection[UUID]
) -> dict[UUID, OrganisationStanding]:
    """Organisations as they stand at this moment, by id; for who only tells of them."""
    if not organisation_ids:
        return {}
    rows = connection.execute(_STANDINGS, {"ids": list(organisation_ids)})
    return {row.organisation_id: OrganisationStanding(*row) for row in rows}


def counterparties(
    connection: Connection, organisation_ids: Collection[UUID]
) -> dict[UUID, Counterparty]:
    """Organisations as others read them at this moment, by id."""
    return {
        found: Counterparty(found, each.name, each.state, each.changed_at)
        for found, each in standings_of(connection, organisation_ids).items()
    }


def write_standing(connection: Connection, standing: OrganisationStanding) -> None:
    """Keep how an organisation stands from now on."""
    write_standings(connection, [standing])


def write_standings(connection: Connection, standings: Sequence[OrganisationStanding]) -> None:
    """Keep how organisations stand from now on."""
    if not standings:
        return
    connection.execute(_WRITE, each_of(_WRITTEN, standings))
    kept(*standings)


def keep_standing_step(connection: Connection, organisation_id: UUID, step: StandingStep) -> None:
    """Tell what was done to an organisation."""
    keep_standing_steps(connection, {organisation_id: step})


def keep_standing_steps(connection: Connection, steps: Mapping[UUID, StandingStep]) -> None:
    """Tell what was done to organisations, one step to each."""
    told = list(steps.values())
    if not told:
        return
    of = {"step_ids": list(new_ids(len(told))), "ids": list(steps)}
    connection.execute(_STEP, {**of, **each_of(_SAID, told)})


def standing_steps(connection: Connection, organisation_id: UUID) -> list[StandingStep]:
    """Everything that was done to an organisation since it was admitted, oldest first."""
    rows = connection.execute(_STEPS, {"organisation_id": organisation_id})
    return [StandingStep(*row) for row in rows]
