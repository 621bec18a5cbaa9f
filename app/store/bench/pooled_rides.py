"""A month of pooled metro rides, made by sets, and the plain statement they are compared with."""

# ruff: noqa: S608 - these statements are put together from constants only

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.store.database import Connection, Database
from behaviours.people import ACTIVE

_PEOPLE = f"""
insert into participant (participant_id, region, state, enrolled_by, enrolled_at)
select cast(lpad(to_hex(n), 32, '0') as uuid), 'CN-44', '{ACTIVE}', %(provider)s, %(now)s
  from generate_series(1, %(people)s) n;
"""
_ENTRUSTED = """
insert into contribution (participant_id, contribution_id, occurred_from, occurred_to,
                          text_version, granted_at)
select participant_id, gen_random_uuid(), '2026-01-01', '2026-12-31', '2026-01', %(now)s
  from participant;
"""
_RIDES = """
insert into action (participant_id, action_id, provider_id, behaviour, external_id, occurred_at,
                    recorded_at, region, quantities, evidence, methodology, version, digest,
                    provenance, action_class, vintage, saved_mg, calculation, points)
select cast(lpad(to_hex(n %% %(people)s + 1), 32, '0') as uuid),
       cast('0199' || lpad(to_hex(n), 8, '0') || '7000800000000000' || '0000' as uuid),
       %(provider)s, %(behaviour)s, 'ride-' || n, moment, moment, 'CN-44', '{"trips": "1"}',
       jsonb_build_object('ride_id', 'ride-' || n), %(methodology)s, %(version)s, %(digest)s,
       %(provenance)s, 'scene', 2026, %(saved_mg)s, '{"factors": {}}', 0
  from generate_series(1, %(rides)s) n,
       lateral (select timestamptz '2026-03-01 00:00+08'
                       + n * (interval '31 days' / (%(rides)s + 1)) as moment) at;
"""
_GATE = """
insert into gate_approval (methodology, version, user_id, role, reason, approved_at)
select %(methodology)s, %(version)s, gen_random_uuid(), role, 'bench', %(now)s
  from unnest(array['operator', 'authority']) role;
"""
_PROVIDER = """
insert into organisation (organisation_id, kind, name, created_at)
values (%(provider)s, 'provider', 'Bench', %(now)s), (%(verifier)s, 'verifier', 'Bench', %(now)s);
"""
_PLAIN_COPY = (
    "create table plain (like action including all, bundle_id uuid)",
    "insert into plain select *, null from action",
)


def fill(database: Database, known: Mapping[str, object]) -> None:
    """Entrusting people and their approved rides, in the order of time.

    ``known`` names the provider and verifier (ids), how many people and rides, the rule
    (behaviour, methodology, version, digest, provenance, saved_mg) and ``now``.
    """
    for statement in (_PROVIDER, _PEOPLE, _ENTRUSTED, _RIDES, _GATE):
        database.transact(_run, statement, dict(known))
    vacuum(database, "action", "contribution", "participant")


def _run(connection: Connection, statement: str, known: Mapping[str, object]) -> None:
    connection.exec_driver_sql(statement, known)


def copy_plainly(database: Database) -> None:
    """The same rows with the same indexes in a table of their own."""
    for statement in _PLAIN_COPY:
        database.transact(_run, statement, {})
    vacuum(database, "plain")


def aggregate_and_update(connection: Connection) -> None:
    """The least that anybody would do: count and sum the rows, and mark them."""
    connection.exec_driver_sql("select count(*), sum(saved_mg) from plain")
    connection.exec_driver_sql("update plain set bundle_id = gen_random_uuid()")


def sealed_row(connection: Connection, bundle_id: UUID) -> tuple[object, ...]:
    """(state, reductions, mg) of a bundle."""
    return tuple(
        connection.exec_driver_sql(
            "select state, reductions, selected_mg from bundle where bundle_id = %s", (bundle_id,)
        ).one()
    )


def vacuum(database: Database, *tables: str) -> None:
    """What autovacuum does behind the back of a live system: statistics and block ranges."""
    with database.engine.connect() as connection:
        apart = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables:
            apart.exec_driver_sql(f"vacuum analyze {table}")
