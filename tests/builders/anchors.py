"""Books with rows at moments that a test states, closed and anchored in a zone of its choice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.ids import new_id
from app.jobs.anchor_tasks import close_books
from app.secrecy.signatures import public_key_of
from app.store.database import Database
from app.store.registry.anchors import anchors_from
from app.usecases.registry.anchor_next_day import anchor_next_day
from behaviours.json_value import JsonObject
from behaviours.signed_document import key_id

KEY = bytes(range(32))
KEYS = {key_id(public_key_of(KEY)): public_key_of(KEY)}
NEW_YORK = ZoneInfo("America/New_York")

# One row of each table, by the table's name: the moment is the only thing that a test states.
WRITE = {
    "action": """
        insert into action (participant_id, action_id, behaviour, external_id, occurred_at,
          recorded_at, region, quantities, evidence, methodology, version, digest, provenance,
          action_class, vintage, saved_mg, calculation, points)
        values (gen_random_uuid(), %(id)s, 'metro_ride', %(id)s::text, %(at)s, %(at)s, '330100',
          '{}', '{}', 'metro', '1', '\\x00', 'official', 'behaviour', 2026, 1000, '{}', 0)
    """,
    "reversal": """
        insert into reversal (participant_id, action_id, reason, reversed_by, reversed_at, saved_mg,
          points_taken, points_owed)
        values (gen_random_uuid(), %(id)s, 'wrong', 'usr', %(at)s, 300, 0, 0)
    """,
    "carbon_posting": """
        insert into carbon_posting (posting_id, debit_account, credit_account, mg, family, vintage,
          posted_at)
        values (%(id)s, 'units', 'reserve', 7, 'metro', 2026, %(at)s)
    """,
    "points_transfer": """
        insert into points_transfer (participant_id, transfer_id, kind, debit_account,
          credit_account, points, reference_id, posted_at)
        values (gen_random_uuid(), %(id)s, 'award', 'participant', 'issuance', 5, %(id)s, %(at)s)
    """,
    "money_posting": """
        insert into money_posting (posting_id, debit_account, credit_account, fen, reference_id,
          posted_at)
        values (%(id)s, 'escrow:1', 'bank', 990, %(id)s, %(at)s)
    """,
    "unit_block": """
        insert into unit_block (block_id, bundle_id, numbers, state, unit_class, vintage,
          created_at)
        select %(id)s, %(id)s, int8range(n, n + 3), 'active', 'voluntary', 2026, %(at)s
          from (select coalesce(max(upper(numbers)), 1) as n from unit_block) last
    """,
    "unit_transfer": """
        insert into unit_transfer (transfer_id, block_id, to_id, quantity_t, transferred_at)
        values (%(id)s, %(id)s, %(id)s, 2, %(at)s)
    """,
    "retirement": """
        insert into retirement (retirement_id, enterprise_id, quantity_t, beneficiary, purpose,
          period, retired_at, certificate)
        values (%(id)s, %(id)s, 1, 'a house', 'voluntary_offset', '2026', %(at)s, '{"a": 1}')
    """,
    "cover": """
        insert into cover (cover_id, bundle_id, kind, mg, posting_id, cancelled_t, covered_at)
        values (%(id)s, %(id)s, 'reserve', 4, %(id)s, 0, %(at)s)
    """,
}
BOOK_OF = {
    "action": "reductions",
    "reversal": "reductions",
    "carbon_posting": "carbon",
    "points_transfer": "points",
    "money_posting": "money",
    "unit_block": "registry",
    "unit_transfer": "registry",
    "retirement": "registry",
    "cover": "registry",
}

# Of each table: its moment, and a change that no other line of the audit need see.
TOUCHES = {
    "action": ("recorded_at", "region = 'elsewhere'"),
    "reversal": ("reversed_at", "points_kept = 4"),
    "carbon_posting": ("posted_at", "mg = mg + 1"),
    "points_transfer": ("posted_at", "posted_at = posted_at + interval '1 us'"),
    "money_posting": ("posted_at", "debit_account = 'escrow:2'"),
    "unit_block": ("created_at", "vintage = 2025"),
    "unit_transfer": ("transferred_at", "from_id = to_id"),
    "retirement": ("retired_at", "certificate = '{\"a\": 2}'"),
    "cover": ("covered_at", "mg = 5"),
}


def write(database: Database, table: str, at: datetime) -> None:
    """One row of ``table``, at a moment."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(WRITE[table], {"id": new_id(), "at": at})


def write_each(database: Database, at: datetime) -> None:
    """A row of every table of the books."""
    for table in WRITE:
        write(database, table, at)


def close_and_anchor(database: Database, now: datetime, zone: ZoneInfo = NEW_YORK) -> list[str]:
    """Close what is over at ``now`` and anchor it; the tables that were busy."""
    busy = close_books(database, zone=zone, now=now)
    while database.transact(anchor_next_day, zone=zone, signing_key=KEY):
        pass
    return busy


def anchored(database: Database) -> list[JsonObject]:
    """Every anchored day, in order."""
    return database.transact(lambda connection: list(anchors_from(connection, _FIRST)))


def by_book(document: JsonObject) -> Iterator[tuple[str, tuple[int, int]]]:
    """Count and sum of each book of a document."""
    books = document["books"]
    assert isinstance(books, list)
    for each in books:
        yield each["book"], (int(each["count"]), int(each["sum"]))


_FIRST = date.min
