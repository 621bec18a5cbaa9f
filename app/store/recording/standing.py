"""What already stands against new actions: one flush of locks and reads.

The locks come first and the reads are statements of their own: a statement sees what was
committed when it began, so one that waited for a lock would still read the past.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.asking import ask, probe_only
from app.store.recording.rows import Row, Target, plain

# How far a provider's consent from the person reaches; the best one of several counts. Whom the
# provider did not enrol and who never consented is a stranger.
STRANGER, NOT_THIS_SCENE, GRANTED_LATER, WITHDRAWN, COVERED = -1, 0, 1, 2, 3

_ASKED = Target(
    "asked",
    (
        ("participant_id", "uuid"),
        ("provider_id", "uuid"),
        ("behaviour", "text"),
        ("category", "text"),
        ("occurred_at", "timestamptz"),
        ("day_ends_at", "timestamptz"),
        ("starts_at", "timestamptz"),
        ("ends_at", "timestamptz"),
        ("cap_code", "text"),
        ("cap_period_start", "date"),
    ),
)
_METERS = Target(
    "asked", (("meter_digest", "bytea"), ("starts_at", "timestamptz"), ("ends_at", "timestamptz"))
)
_EXCLUSIONS = Target(
    "asked",
    (
        ("participant_id", "uuid"),
        ("exclusion_group", "text"),
        ("period_start", "date"),
        ("side", "text"),
    ),
)
_CAPS = Target(
    "asked", (("participant_id", "uuid"), ("cap_code", "text"), ("cap_period_start", "date"))
)

_LOCK = """
    SELECT participant_id, debt FROM points_account WHERE participant_id = ANY($1::uuid[])
    ORDER BY participant_id FOR NO KEY UPDATE
"""
_LOOK = """
    SELECT participant_id, debt FROM points_account WHERE participant_id = ANY($1::uuid[])
"""
_MAKE_METERS = """
    INSERT INTO meter (meter_digest) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING
"""
_LOCK_METERS = """
    SELECT 1 FROM meter WHERE meter_digest = ANY($1::bytea[])
    ORDER BY meter_digest FOR NO KEY UPDATE
"""
# The numbers are those of the reach of consent above. Scalar subqueries, so that each is a probe
# of an index and the plan cannot become a join.
_ASK = _ASKED.fill("""
    SELECT
        (SELECT p.state = 'active' FROM participant p WHERE p.participant_id = d.participant_id),
        coalesce((
            SELECT max(CASE WHEN c.scene <> d.behaviour AND c.scene <> d.category THEN 0
                            WHEN c.granted_at >= d.day_ends_at THEN 1
                            WHEN c.withdrawn_at <= d.occurred_at THEN 2
                            ELSE 3 END)
            FROM consent c
            WHERE c.participant_id = d.participant_id AND c.organisation_id = d.provider_id
        ), (
            SELECT 0 FROM enrolment e
            WHERE e.participant_id = d.participant_id AND e.organisation_id = d.provider_id
        ), -1),
        (SELECT last.action_id FROM (
            SELECT i.action_id, i.ends_at FROM person_interval i
            WHERE i.participant_id = d.participant_id AND i.starts_at < d.ends_at
            ORDER BY i.starts_at DESC LIMIT 1
        ) last WHERE last.ends_at > d.starts_at),
        coalesce((
            SELECT k.granted FROM points_cap k
            WHERE k.participant_id = d.participant_id AND k.cap_code = d.cap_code
              AND k.period_start = d.cap_period_start
        ), 0)
    FROM {unnest}
    ORDER BY d.position
""")
_ASK_CLAIMS = """
    SELECT claim_digest, participant_id, action_id FROM claim_key
    WHERE claim_digest = ANY($1::bytea[])
"""
# What a rule reads of earlier days: the actions that hold the same claim for those days.
_ASK_HISTORY = """
    SELECT k.claim_digest, k.participant_id, a.quantities
    FROM claim_key k JOIN action a USING (participant_id, action_id)
    WHERE k.claim_digest = ANY($1::bytea[])
"""
_ASK_METERS = _METERS.fill("""
    SELECT last.participant_id, last.action_id
    FROM {unnest}
    LEFT JOIN LATERAL (
        SELECT i.participant_id, i.action_id, i.ends_at FROM meter_interval i
        WHERE i.meter_digest = d.meter_digest AND i.starts_at < d.ends_at
        ORDER BY i.starts_at DESC LIMIT 1
    ) last ON last.ends_at > d.starts_at
    ORDER BY d.position
""")
_ASK_EXCLUSIONS = _EXCLUSIONS.fill("""
    SELECT (
        SELECT e.side FROM exclusion_claim e
        WHERE e.participant_id = d.participant_id AND e.exclusion_group = d.exclusion_group
          AND e.period_start = d.period_start AND e.side <> d.side
    )
    FROM {unnest}
    ORDER BY d.position
""")
_ASK_CAPS = _CAPS.fill("""
    SELECT coalesce((
        SELECT k.granted FROM points_cap k
        WHERE k.participant_id = d.participant_id AND k.cap_code = d.cap_code
          AND k.period_start = d.cap_period_start
    ), 0)
    FROM {unnest}
    ORDER BY d.position
""")


@dataclass(slots=True)
class Question:
    """A list of actions as the books need to know them. Ids and digests are hexadecimal text.

    ``asked``, ``meters`` and ``exclusions`` are rows of the targets above, in any order that the
    caller can find again; ``participants`` is sorted and without repetition.
    """

    participants: Sequence[str]
    asked: Sequence[Row]
    digests: Sequence[str]
    meters: Sequence[Row] = ()
    exclusions: Sequence[Row] = ()
    earlier: Sequence[str] = ()


@dataclass(slots=True)
class Standing:
    """The answers, each in the order of its question."""

    # Of the accounts that exist: what the person owes, in points.
    debts: dict[str, int]
    # (is the person active, how far consent reaches, the ride in the way, points used of the cap)
    asked: list[tuple[bool | None, int, UUID | None, int]]
    # claim digest -> (participant, action) that holds it
    claims: dict[bytes, tuple[UUID, UUID]]
    # (participant, action) in the way, or (None, None)
    meters: list[tuple[UUID | None, UUID | None]]
    # the other side, where it was chosen
    exclusions: list[tuple[str | None]]
    # (claim digest, participant) -> quantities of the action that holds the claim
    earlier: dict[tuple[bytes, UUID], dict[str, str]]


def lock_and_read(connection: Connection, question: Question, *, lock: bool) -> Standing:
    """Lock the people's accounts (and the meters), then read what stands; one round trip.

    Without ``lock`` nothing is written, not even a lock: that is how a dry run looks.
    """
    driver = raw(connection)
    meters = plain(sorted({row[0] or "" for row in question.meters}))
    probe_only(driver)
    with driver.pipeline():
        accounts = ask(driver, _LOCK if lock else _LOOK, (plain(question.participants),))
        if lock and question.meters:
            ask(driver, _MAKE_METERS, (meters,))
            ask(driver, _LOCK_METERS, (meters,))
        asked = ask(driver, _ASK, _ASKED.arrays(question.asked))
        claims = ask(driver, _ASK_CLAIMS, (plain(question.digests),))
        in_meters = in_exclusions = earlier = None
        if question.meters:
            in_meters = ask(driver, _ASK_METERS, _METERS.arrays(question.meters))
        if question.exclusions:
            in_exclusions = ask(driver, _ASK_EXCLUSIONS, _EXCLUSIONS.arrays(question.exclusions))
        if question.earlier:
            earlier = ask(driver, _ASK_HISTORY, (plain(question.earlier),))
    return Standing(
        debts={participant.hex: debt for participant, debt in accounts.fetchall()},
        asked=asked.fetchall(),
        claims={digest: (person, action) for digest, person, action in claims.fetchall()},
        meters=in_meters.fetchall() if in_meters else [],
        exclusions=in_exclusions.fetchall() if in_exclusions else [],
        earlier={(digest, person): sent for digest, person, sent in earlier.fetchall()}
        if earlier
        else {},
    )


def points_used(connection: Connection, caps: Sequence[Row]) -> list[int]:
    """How many points of each cap (participant, cap code, first day of its period) are used."""
    driver = raw(connection)
    return [used for (used,) in ask(driver, _ASK_CAPS, _CAPS.arrays(caps)).fetchall()]
