"""The common case in one statement: a single action that nothing stands against.

It locks the person's account, looks at everything that could stand in the way and writes, all with
the snapshot that the statement began with. That is sound because every recording raises the
account's ``version``: when the version under the lock is still the one in the snapshot, nobody
recorded in between, and what was read is what stands. In every other case nothing is written; the
caller then asks at leisure what it was (``obstacles``) and says it by name. So it does where the
budget that covers the action does not pay all of it from its first stage.

What names the person is encrypted here, and sealed by the statement under the person's data key,
which it unwraps by the mask that it is given (``app.secrecy.sealing``). A key that is wrapped by
another master key is left to the other way.

Where nothing else is to be done, the statement is the whole transaction.

The conditions are those of ``behaviours.actions.consent`` and ``rewards.points.granting`` once
more, for speed; a test over random worlds holds that both ways write and answer the same.
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from typing import NamedTuple

from app.ids import new_id
from app.store.database import Connection, keys_of
from app.store.driver import raw
from app.store.organisations.standing import stopped
from app.store.recording.asking import ask, ask_alone, may_be_alone, probe_only
from app.store.recording.budget_slots import COVERING
from app.store.recording.candidate import Candidate
from app.store.recording.entries import action_row
from app.store.recording.recorded_events import OF_ONE
from app.store.recording.rows import as_bytea, plain
from app.store.recording.writing import ACTION
from behaviours.civil_time import instant_text
from behaviours.people import ACTIVE
from rewards.ledger.points import AWARD, BUDGET, ISSUANCE, PARTICIPANT
from rewards.points.budget import SLOTS

_EXTRA = (
    ("category", "text"),
    ("day_ends_at", "timestamptz"),
    ("cap_code", "text"),
    ("cap_period_start", "date"),
    ("cap_limit", "bigint"),
    ("starts_at", "timestamptz"),
    ("ends_at", "timestamptz"),
    ("digests", "bytea[]"),
    ("fingerprints", "bytea[]"),
    ("looked_for", "bytea[]"),
    ("lot_id", "uuid"),
    ("mask", "bit(256)"),
    ("key_id", "bytea"),
    ("content_key", "bit(256)"),
    ("occurred_on", "date"),
    ("parts", "integer[]"),
)
# Of a budget: as each has enough for long, and few others are taking from one at a moment.
_PARTS_TRIED = 4
_PARAMETERS = (*ACTION.columns, *_EXTRA)
_PLACES = {name: f"${number}::{kind}" for number, (name, kind) in enumerate(_PARAMETERS, start=1)}


def _bits(value: str) -> str:
    """The SQL of 32 bytes as a bit string, which PostgreSQL has an exclusive or for."""
    return f"('x' || encode({value}, 'hex'))::bit(256)"


def _xor(value: str, bits: str) -> str:
    """The SQL of 32 bytes XOR a bit string: what is sent of it begins with its length."""
    return f"substr(bit_send({_bits(value)} # {bits}), 5)"


class PlainStatement(NamedTuple):
    """A statement, and the name by which a connection keeps it."""

    name: str
    text: str


# Of the person's data key and the action, as ``app.secrecy.sealing`` makes it.
_PAD = f"sha256({_xor('key.wrapped', _PLACES['mask'])} || uuid_send({_PLACES['action_id']}))"
_TEMPLATE = """
    WITH seen AS MATERIALIZED (
        SELECT version FROM points_account WHERE participant_id = {participant_id}
    ), held AS MATERIALIZED (
        SELECT version, debt FROM points_account WHERE participant_id = {participant_id}
        FOR NO KEY UPDATE
    ), budgeted AS MATERIALIZED (
        SELECT c.budget_id {covering} LIMIT 1
    ), part AS MATERIALIZED (
        SELECT s.budget_id, s.slot
        FROM budget_slot s
        WHERE s.budget_id = (SELECT budget_id FROM budgeted) AND s.stage = 0
          AND s.slot = ANY({parts}) AND s.points_left >= {points}
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ), verdict AS MATERIALIZED (
        SELECT
            held.version = seen.version AND held.debt = 0
            AND EXISTS (
                SELECT 1 FROM participant p
                WHERE p.participant_id = {participant_id} AND p.state = '{active}'
            )
            AND NOT EXISTS (
                SELECT 1 FROM inherited_leaving l WHERE l.participant_id = {participant_id}
            )
            AND NOT {stopped}
            AND ({provider_id} IS NULL OR EXISTS (
                SELECT 1 FROM consent c
                WHERE c.participant_id = {participant_id} AND c.organisation_id = {provider_id}
                  AND c.scene IN ({behaviour}, {category}) AND c.granted_at < {day_ends_at}
                  AND (c.withdrawn_at IS NULL OR c.withdrawn_at > {occurred_at})
            ))
            AND NOT EXISTS (SELECT 1 FROM claim_key k WHERE k.claim_digest = ANY({looked_for}))
            AND NOT EXISTS (
                SELECT 1 FROM declared_claim c WHERE c.claim_digest = ANY({looked_for})
            )
            AND NOT coalesce((
                SELECT i.ends_at > {starts_at} FROM person_interval i
                WHERE i.participant_id = {participant_id} AND i.starts_at < {ends_at}
                ORDER BY i.starts_at DESC LIMIT 1
            ), false)
            AND ({cap_code} IS NULL OR {points} + coalesce((
                SELECT k.granted FROM points_cap k
                WHERE k.participant_id = {participant_id} AND k.cap_code = {cap_code}
                  AND k.period_start = {cap_period_start}
            ), 0) <= {cap_limit})
            AND ({points} = 0 OR NOT EXISTS (SELECT FROM budgeted) OR EXISTS (SELECT FROM part))
            AS ok,
            {sealed_key} AS sealed_key
        FROM held, seen, person_key AS key
        WHERE key.participant_id = {participant_id} AND key.key_id = {key_id}
    ), acts AS (
        INSERT INTO action ({action_names}) SELECT {action_values} FROM verdict WHERE ok
    ), keys AS (
        INSERT INTO claim_key (claim_digest, participant_id, action_id, fingerprint)
        SELECT d.digest, {participant_id}, {action_id}, d.fingerprint
        FROM verdict, unnest({digests}, {fingerprints}) AS d (digest, fingerprint) WHERE ok
    ), rides AS (
        INSERT INTO person_interval (participant_id, starts_at, ends_at, action_id)
        SELECT {participant_id}, {starts_at}, {ends_at}, {action_id} FROM verdict
        WHERE ok AND {starts_at} IS NOT NULL
    ), transfers AS (
        INSERT INTO points_transfer (participant_id, transfer_id, kind, debit_account,
            credit_account, points, reference_id, posted_at)
        SELECT {participant_id}, {action_id}, {award},
            coalesce((SELECT '{budget}' || encode(uuid_send(budget_id), 'hex') FROM part),
                '{issuance}'),
            {points}, {action_id}, {recorded_at}
        FROM verdict WHERE ok AND {points} > 0
    ), budgets AS (
        UPDATE budget_slot s SET points_left = s.points_left - {points}
        FROM verdict, part
        WHERE verdict.ok AND {points} > 0
          AND s.budget_id = part.budget_id AND s.stage = 0 AND s.slot = part.slot
    ), lots AS (
        INSERT INTO points_lot (participant_id, lot_id, available_at, expires_at, granted,
            remaining)
        SELECT {participant_id}, {lot_id}, {points_available_at}, {points_expires_at}, {points},
            {points}
        FROM verdict WHERE ok AND {points} > 0
        ON CONFLICT (participant_id, available_at, expires_at) DO UPDATE
        SET granted = points_lot.granted + excluded.granted,
            remaining = points_lot.remaining + excluded.remaining
        RETURNING lot_id
    ), uses AS (
        INSERT INTO points_lot_use (participant_id, transfer_id, lot_id, points)
        SELECT {participant_id}, {action_id}, lot_id, {points} FROM lots
    ), caps AS (
        INSERT INTO points_cap (participant_id, cap_code, period_start, granted)
        SELECT {participant_id}, {cap_code}, {cap_period_start}, {points}
        FROM verdict WHERE ok AND {points} > 0 AND {cap_code} IS NOT NULL
        ON CONFLICT (participant_id, cap_code, period_start) DO UPDATE
        SET granted = points_cap.granted + excluded.granted
    ), account AS (
        UPDATE points_account SET balance = balance + {points}, version = version + 1
        WHERE participant_id = {participant_id} AND (SELECT ok FROM verdict)
    ), {events}reductions AS (
        UPDATE reduction_account
        SET saved_mg = saved_mg + {saved_mg}, actions = actions + 1, version = version + 1
        WHERE participant_id = {participant_id} AND (SELECT ok FROM verdict)
    )
    SELECT ok FROM verdict
"""
_FILLED = _TEMPLATE.format(
    events="{events}",
    active=ACTIVE,
    stopped=stopped(_PLACES["provider_id"]),
    action_names=ACTION.names,
    action_values=", ".join(
        f"sealed_key || {place}" if name == "seal" else place
        for name, place in ((name, _PLACES[name]) for name, _ in ACTION.columns)
    ),
    sealed_key=_xor(_PAD, _PLACES["content_key"]),
    award=f"'{AWARD}', '{PARTICIPANT}'",
    budget=BUDGET,
    issuance=ISSUANCE,
    covering=COVERING.format(
        **{name: _PLACES[name] for name in ("behaviour", "category", "region", "occurred_on")}
    ),
    **_PLACES,
)


def statement(name: str, *, events: str) -> PlainStatement:
    """The statement with these further parts, and the name that connections keep it by."""
    return PlainStatement(name, _FILLED.replace("{events}", events))


STATEMENT = statement(
    "plain_action",
    events=OF_ONE.format(
        **{name: _PLACES[name] for name in ("provider_id", "action_id", "recorded_at")}
    )
    + ", ",
)


def _parts(candidate: Candidate) -> str:
    """Which parts of a budget's first stage are tried; others try others."""
    first = candidate.action_id.int
    return plain([str((first + each) % SLOTS) for each in range(_PARTS_TRIED)])


def write_plain_action(
    connection: Connection, candidate: Candidate, *, recorded_at: datetime
) -> bool:
    """Write one action if nothing at all stands against it; False when it was left unwritten.

    The candidate is spelled out, and has its grant as it is when no cap and no debt takes
    anything; it claims neither a meter nor a side of an exclusion, and shares one cap at most.
    Whoever left another account before is left to the long way.
    """
    accepted, grant = candidate.accepted, candidate.grant
    assert grant is not None
    assert not accepted.meter_claim
    assert not accepted.exclusions
    assert len(grant.caps) <= 1
    cap, ride = next(iter(grant.caps), None), accepted.person_interval
    event, *claims = candidate.digests
    action, master = accepted.action, keys_of(connection)
    said, half = candidate.said, candidate.said.half_sealed
    # In the order in which everybody writes them.
    keys = sorted([(event, said.fingerprint), *((claim, b"") for claim in claims)])
    values = (
        *action_row(candidate, recorded_at.isoformat(), f"\\x{half.ciphertext.hex()}"),
        accepted.version.category_code,
        instant_text(candidate.day_ends_at),
        cap.code if cap else None,
        cap.period_start.isoformat() if cap else None,
        str(cap.limit) if cap else None,
        instant_text(ride[0]) if ride else None,
        instant_text(ride[1]) if ride else None,
        as_bytea([digest for digest, _ in keys]),
        plain([f"\\x{print_.hex()}" if print_ else None for _, print_ in keys]),
        as_bytea([*candidate.digests, *chain(*candidate.former.values())]),
        new_id().hex if grant.points else None,
        f"x{master.mask(bytes.fromhex(action.participant_id)).hex()}",
        f"\\x{master.current_id.hex()}",
        f"x{half.content_key.hex()}",
        accepted.occurred_on.isoformat(),
        _parts(candidate),
    )
    if may_be_alone(connection):
        return ask_alone(connection, STATEMENT.name, STATEMENT.text, values) == b"t"
    probe_only(connection)
    answer = ask(raw(connection), STATEMENT.text, values).fetchone()
    return answer is not None and answer[0]
