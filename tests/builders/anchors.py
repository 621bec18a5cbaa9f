"""Books with rows at moments that a test states, closed and anchored in a zone of its choice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.ids import new_id
from app.jobs.anchor_tasks import close_books
from app.secrecy.signatures import public_key_of, sign
from app.store.database import Connection, Database
from app.store.registry.anchored_rows import day_totals
from app.store.registry.anchors import anchors_from, write_anchor
from app.usecases.registry.anchor_next_day import anchor_next_day
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.json_value import JsonObject
from behaviours.signed_document import key_id
from rewards.ledger.anchor import FIRST_FORMAT, anchor_document

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
# Of each table of the log: its moment, the other columns that a row must have, and a change.
LOG: dict[str, tuple[str, dict[str, str], str]] = {
    "signature": (
        "signed_at",
        {
            "subject_kind": "'bundle'",
            "subject_id": "%(id)s",
            "verb": "'seal'",
            "role": "'operator'",
            "user_id": "%(id)s",
        },
        "user_id = gen_random_uuid()",
    ),
    "reversal_signature": (
        "signed_at",
        {
            "action_id": "%(id)s",
            "user_id": "%(id)s",
            "role": "'operator'",
            "reason_code": "'not_done'",
            "reason": "'why'",
        },
        "reason = 'other words'",
    ),
    "hold_outcome": (
        "decided_at",
        {
            "participant_id": "%(id)s",
            "action_id": "%(id)s",
            "step": "'credit'",
            "decided_by": "'usr'",
            "reason": "'why'",
        },
        "decided_by = 'another'",
    ),
    "log_entry": (
        "taken_at",
        {
            "entry_id": "%(id)s",
            "verb": "'bundle.seal'",
            "role": "'operator'",
            "changes": "'{}'",
            "signers": "'{}'",
        },
        "role = 'authority'",
    ),
    "gate_approval": (
        "approved_at",
        {
            "methodology": "%(id)s::text",
            "version": "'1'",
            "user_id": "%(id)s",
            "role": "'operator'",
            "reason": "'why'",
        },
        "role = 'authority'",
    ),
    "methodology_step": (
        "taken_at",
        {
            "step_id": "%(id)s",
            "code": "'a.b'",
            "version": "'1'",
            "step": "'file'",
            "state": "'filed'",
            "revision": "1",
            "digest": "'\\x00'",
            "user_id": "%(id)s",
            "role": "'operator'",
            "details": "'{}'",
        },
        "details = '{\"a\": 1}'",
    ),
    "methodology_withdrawal": (
        "decided_at",
        {
            "code": "%(id)s::text",
            "version": "'1'",
            "withdrawn_from": "'2027-01-01'",
            "reason": "'why'",
        },
        "withdrawn_from = '2028-01-01'",
    ),
    "programme_document": (
        "published_at",
        {
            "version": "%(id)s::text",
            "effective_from": "(select '2027-01-01'::date + count(*)::int from programme_document)",
            "digest": "'sha256:00'",
            "document": "'{}'",
        },
        "digest = 'sha256:01'",
    ),
    "published_text": (
        "published_at",
        {
            "text_id": "%(id)s",
            "kind": "%(id)s::text",
            "version": "'1'",
            "in_force_at": "%(at)s",
            "bodies": "'{}'",
            "proposed_at": "%(at)s",
        },
        "bodies = '{\"en\": 1}'",
    ),
    "verifier_pool_step": (
        "decided_at",
        {
            "step_id": "%(id)s",
            "organisation_id": "%(id)s",
            "admitted": "true",
            "reason": "'why'",
            "decided_by": "%(id)s",
        },
        "admitted = false",
    ),
    "independence_declaration": (
        "declared_at",
        {
            "declaration_id": "%(id)s",
            "organisation_id": "%(id)s",
            "by_itself": "true",
            "interests": "'{}'",
            "of_operator": "false",
            "declared_by": "%(id)s",
        },
        "of_operator = true",
    ),
    "verifier_approval": (
        "approved_at",
        {
            "approval_id": "%(id)s",
            "bundle_id": "%(id)s",
            "verifier_id": "%(id)s",
            "reason": "'why'",
            "approved_by": "%(id)s",
        },
        "verifier_id = gen_random_uuid()",
    ),
    "verifier_seat": (
        "seated_at",
        {
            "seat_id": "%(id)s",
            "bundle_id": "%(id)s",
            "attempt": "1",
            "verifier_id": "%(id)s",
            "how": "'drawn'",
        },
        "attempt = 2",
    ),
    "verifier_refusal": (
        "declined_at",
        {"bundle_id": "%(id)s", "verifier_id": "%(id)s", "reason": "'why'"},
        "reason = 'other words'",
    ),
    "verification_step": (
        "taken_at",
        {"step_id": "%(id)s", "bundle_id": "%(id)s", "step": "'submit'", "said": "'{}'"},
        "said = '{\"seed\": 1}'",
    ),
    "replacement": (
        "asked_at",
        {
            "replacement_id": "%(id)s",
            "bundle_id": "%(id)s",
            "block_id": "%(id)s",
            "quantity_t": "2",
            "client_reference": "'x'",
            "asked_by": "%(id)s",
        },
        "quantity_t = 3",
    ),
    "replacement_withdrawal": (
        "withdrawn_at",
        {"replacement_id": "%(id)s", "withdrawn_by": "%(id)s"},
        "withdrawn_by = gen_random_uuid()",
    ),
    "holder_notice": (
        "written_at",
        {
            "notice_id": "%(id)s",
            "organisation_id": "%(id)s",
            "bundle_id": "%(id)s",
            "reversed_mg": "5",
            "shortfall_mg": "0",
        },
        "shortfall_mg = 1",
    ),
    "notice_acknowledgement": (
        "acknowledged_at",
        {"notice_id": "%(id)s", "acknowledged_by": "%(id)s"},
        "acknowledged_by = gen_random_uuid()",
    ),
    "identity_change": (
        "asked_at",
        {
            "participant_id": "%(id)s",
            "change_id": "%(id)s",
            "reason": "'replaced'",
            "note": "'why'",
            "evidence_sha256": "'\\x00'",
            "bound_digest": "'\\x00'",
            "asked_by": "%(id)s",
            "notice_until": "%(at)s",
        },
        "reason = 'reassigned'",
    ),
    "identity_change_end": (
        "ended_at",
        {
            "participant_id": "%(id)s",
            "change_id": "%(id)s",
            "ended": "'carried_out'",
            "ended_by": "%(id)s",
        },
        "ended = 'objected'",
    ),
    "guardian_change": (
        "asked_at",
        {
            "participant_id": "%(id)s",
            "change_id": "%(id)s",
            "guardian_id": "%(id)s",
            "text_version": "'1'",
            "evidence_sha256": "'\\x00'",
            "note": "'why'",
        },
        "note = 'because'",
    ),
    "user_step": (
        "taken_at",
        {"step_id": "%(id)s", "user_id": "%(id)s", "step": "'lock'", "reason": "'why'"},
        "user_id = gen_random_uuid()",
    ),
    "organisation_step": (
        "taken_at",
        {
            "step_id": "%(id)s",
            "organisation_id": "%(id)s",
            "step": "'lift'",
            "taken_by": "%(id)s",
            "role": "'operator'",
        },
        "reason = 'other words'",
    ),
    "scene_step": (
        "taken_at",
        {
            "step_id": "%(id)s",
            "admission_id": "%(id)s",
            "step": "'apply'",
            "taken_by": "%(id)s",
            "role": "'provider'",
        },
        "words = 'other words'",
    ),
    "complaint_entry": (
        "said_at",
        {
            "participant_id": "%(id)s",
            "complaint_id": "%(id)s",
            "entry_id": "%(id)s",
            "step": "'reply'",
            "said_by": "'operator'",
        },
        "said_by = 'participant'",
    ),
    "quota_alarm": (
        "alarmed_at",
        {"alarm_id": "%(id)s", "provider_id": "%(id)s", "day": "'2026-07-01'", "actions": "9"},
        "actions = 8",
    ),
}
BOOK_OF |= dict.fromkeys(LOG, "log")
WRITE |= {
    table: f"insert into {table} ({', '.join(columns)}, {moment})"
    f" values ({', '.join(columns.values())}, %(at)s)"
    for table, (moment, columns, _) in LOG.items()
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
    **{table: (moment, change) for table, (moment, _, change) in LOG.items()},
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


def anchored_in_a_former_format(
    database: Database, day: date, form: str = FIRST_FORMAT, zone: ZoneInfo = NEW_YORK
) -> None:
    """A closed day as the release of a format wrote it; the first one only."""
    starts_at, ends_at = start_of_day(day, zone), day_ends_at(day, zone)

    def write_day(connection: Connection) -> None:
        totals = day_totals(connection, form, starts_at=starts_at, ends_at=ends_at)
        document = anchor_document(
            day,
            str(zone),
            starts_at=starts_at,
            ends_at=ends_at,
            totals=totals,
            before=None,
            form=form,
        )
        write_anchor(connection, day, sign(document, KEY))

    database.transact(write_day)


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
