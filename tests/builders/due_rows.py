"""One row of every table that the schedule takes away, as it was written at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import token_bytes

from sqlalchemy import text

from app.ids import new_id
from app.wiring import Wiring
from behaviours import retention

_TASK = """
    insert into task (task_id, name, state, done, arguments, created_at, run_after, finished_at,
                      started_by)
    values (:id, {name}, {state}, 0, '{{}}', :at, :at, :at, {by})
"""
_IMPORT = _TASK.format(name="'import_file'", state="'failed'", by=":id")
_PART = """
    insert into import_part (import_id, kind, part_no, content, sealed)
    values (:id, '{kind}', 0, :digest, true)
"""
_FILE = (
    "insert into organisation_file (document_id, organisation_id, content)"
    " values (:id, :id, :digest)"
)
_COMPLAINT = """
    insert into complaint (participant_id, complaint_id, number, region, kind, answerer, filed_by,
                           filed_at, acknowledge_by, state, ended_at)
    values (:id, :id, 'C-' || :id, 'CN-33', 'other', 'programme', 'complainant', :at, :at,
            'withdrawn', :at)
"""
_ITS_NUMBER = (
    "insert into complaint_number (number, participant_id, complaint_id)"
    " values ('C-' || :id, :id, :id)"
)
_ITS_END = (
    "insert into complaint_entry (participant_id, complaint_id, entry_id, step, said_by, said_at)"
    " values (:id, :id, :id, 'withdraw', 'complainant', :at)"
)
# How a row of each kind comes to be; what counts of it is ``:at``.
WRITE: Mapping[str, tuple[str, ...]] = {
    retention.KEPT_ANSWERS: (
        (
            "insert into kept_answer (key_digest, fingerprint, status, body, kept_at)"
            " values (:digest, :digest, 200, :digest, :at)"
        ),
    ),
    retention.TOKENS: (
        (
            "insert into refresh_token (token_digest, family_id, subject, role, issued_at, "
            "expires_at)"
            " values (:digest, :id, 's', 'operator', :at, :at)"
        ),
        (
            "insert into revoked_token (jti, revoked_at, expires_at)"
            " values (encode(:digest, 'hex'), :at, :at)"
        ),
        "insert into spent_assertion (assertion_digest, expires_at) values (:digest, :at)",
        (
            "insert into openid_login (state_digest, secret_digest, provider_id, state, expires_at)"
            " values (:digest, :digest, :id, 'begun', :at)"
        ),
        (
            "insert into user_session (session_id, user_id, started_at, address)"
            " values (gen_random_uuid(), :id, :at, '192.0.2.1')"
        ),
        (
            "insert into word_session (participant_id, session_id, organisation_id, link_id,"
            " started_at, expires_at) values (:id, :id, :id, :id, :at, :at)"
        ),
    ),
    retention.LINKS: (
        (
            "insert into one_time_link (link_digest, user_id, purpose, factor_id, made_at, "
            "expires_at)"
            " values (:digest, :id, 'join', :id, :at, :at)"
        ),
    ),
    retention.CODES: (
        (
            "insert into till_code (code_digest, participant_id, issued_at, expires_at)"
            " values (:digest, :id, :at, :at)"
        ),
    ),
    retention.SIGHTINGS: (
        (
            "insert into sighting_day (day, mark_digest, people)"
            " values ((:at at time zone :zone)::date, :digest, 1)"
        ),
        (
            "insert into sighting (day, mark_digest, participant_id)"
            " values ((:at at time zone :zone)::date, :digest, :id)"
        ),
    ),
    retention.PLACES: (
        (
            "insert into person_place (participant_id, action_id, starts_at, ends_at, "
            "forget_at, seal)"
            " values (:id, :id, :at, :at, :at, :digest)"
        ),
    ),
    retention.QUOTA_DAYS: (
        (
            "insert into provider_day (provider_id, day, stripe, actions, saved_mg)"
            " values (:id, (:at at time zone :zone)::date, 0, 1, 0)"
        ),
    ),
    retention.APPLICATION_FILES: (
        (
            "insert into organisation_application (organisation_id, kind, name, covered_emitter,"
            " state, applied_by, applied_at, decided_at, before_assessment)"
            " values (:id, 'merchant', 'x', false, 'withdrawn', :id, :at, :at, false)"
        ),
        _FILE,
    ),
    retention.ORGANISATION_FILES: (
        (
            "insert into organisation (organisation_id, kind, name, created_at, state, changed_at)"
            " values (:id, 'merchant', 'x', :at, 'closed', :at)"
        ),
        _FILE,
    ),
    retention.FINISHED_WORK: (_TASK.format(name="'expire_lots'", state="'done'", by="null"),),
    retention.FAILED_WORK: (_TASK.format(name="'expire_lots'", state="'failed'", by="null"),),
    retention.IMPORT_FILES: (_IMPORT, _PART.format(kind="file")),
    retention.REFUSAL_FILES: (_IMPORT, _PART.format(kind="refusals")),
    retention.IMPORTS: (
        _IMPORT,
        (
            "insert into import_tally (import_id, recorded, recorded_lines, enrolled, "
            "saved_mg, points,"
            " pending_confirmation, held) values (:id, 0, 0, 0, 0, 0, 0, 0)"
        ),
    ),
    retention.TOMBSTONES: (
        (
            "insert into tombstone (tombstone_digest, debt, left_at, kept_until)"
            " values (:digest, 0, :at, :at)"
        ),
        (
            "insert into tombstone_cap (tombstone_digest, cap_code, period_start, granted)"
            " values (:digest, 'c', '2026-01-01', 1)"
        ),
        (
            "insert into tombstone_limit (tombstone_digest, offer_id, quantity)"
            " values (:digest, :id, 1)"
        ),
        (
            "insert into tombstone_rule_limit (tombstone_digest, limit_code, period_start, used)"
            " values (:digest, 'r:actions::day', '2026-01-01', 1)"
        ),
        (
            "insert into tombstone_withdrawal (tombstone_digest, organisation_id, scene)"
            " values (:digest, :id, 's')"
        ),
    ),
    retention.REQUESTS: (
        (
            "insert into personal_request (participant_id, request_id, organisation_id, "
            "kind, state,"
            " asked_at, answered_at) values (:id, :id, :id, 'link', 'declined', :at, :at)"
        ),
    ),
    retention.FORMER_REGIONS: (
        (
            "insert into former_region (participant_id, change_id, region, lived_from, lived_until,"
            " reason, told_by, told_at)"
            " values (:id, :id, 'CN-33', '2026-01-01', '2026-01-02', 'moved', 'person', :at)"
        ),
    ),
    retention.COMPLAINANTS: (
        *(_COMPLAINT, _ITS_NUMBER, _ITS_END),
        (
            "insert into complainant (participant_id, complaint_id, secret_digest, key_id,"
            " wrapped, contact) values (:id, :id, :digest, :digest, :digest, :digest)"
        ),
    ),
    retention.COMPLAINT_FILES: (
        *(_COMPLAINT, _ITS_NUMBER, _ITS_END),
        (
            "insert into complaint_file_content (participant_id, complaint_id, file_id, content)"
            " values (:id, :id, :id, :digest)"
        ),
    ),
    retention.EVENTS: (
        (
            "insert into event (type, is_copy, subject, occurred_at)"
            " values ('offer.draft', false, 'ofr_' || cast(:id as text), :at)"
        ),
    ),
    retention.WEBHOOK_ATTEMPTS: (
        (
            "insert into webhook_attempt (attempt_id, endpoint_id, message_id, type, subject,"
            " number, started_at, duration_ms, outcome, answer, is_replay, is_trial)"
            " values (:id, :id, :id, 'offer.draft', 'x', 1, :at, 1, 'timed_out', :digest, false,"
            " false)"
        ),
    ),
}


def write_due(wiring: Wiring, kind: str, at: datetime) -> None:
    """Write a row of each table of a kind, with what goes with it."""
    given = {"id": new_id(), "digest": token_bytes(32), "at": at, "zone": str(wiring.zone)}
    with wiring.database.engine.begin() as connection:
        for statement in WRITE[kind]:
            connection.execute(text(statement), given)


def rows_of(wiring: Wiring, table: str) -> int:
    with wiring.database.engine.connect() as connection:
        counted: int = connection.execute(text(f"select count(*) from {table}")).scalar_one()
        return counted
