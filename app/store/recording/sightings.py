"""What the programme's checks ask of the database: one flush for any number of actions.

People of a mark are counted and told in the statement that adds to them: whoever comes second
waits for the row of the mark and then counts on from what the first left. Marks are taken in the
order of their digests, after the people's accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.asking import ask
from app.store.recording.places import opened_places
from app.store.recording.rows import Row, Target
from behaviours.actions.signals import Crowd, Mark, Stay
from behaviours.civil_time import instant_text

_MARKS = Target(
    "asked",
    (
        ("day", "date"),
        ("mark_digest", "bytea"),
        ("participant_id", "uuid"),
        ("enrolled_after", "timestamptz"),
    ),
)
_STAYS = Target(
    "asked",
    (("participant_id", "uuid"), ("starts_at", "timestamptz")),
)
_ASKED = """
    asked AS MATERIALIZED (
        SELECT d.day, d.mark_digest, d.participant_id FROM {unnest}
        WHERE d.enrolled_after IS NULL OR EXISTS (
            SELECT 1 FROM participant p
            WHERE p.participant_id = d.participant_id AND p.enrolled_at > d.enrolled_after
        )
    )
"""
# Nobody else adds the same person: the account is locked. A mark's own row is what is waited for.
_MEET = _MARKS.fill(f"""
    WITH {_ASKED}, fresh AS (
        INSERT INTO sighting (day, mark_digest, participant_id)
        SELECT day, mark_digest, participant_id FROM asked
        ON CONFLICT DO NOTHING RETURNING mark_digest, participant_id
    ), counted AS (
        INSERT INTO sighting_day (day, mark_digest, people)
        SELECT a.day, a.mark_digest, count(f.participant_id)
        FROM asked a LEFT JOIN fresh f USING (mark_digest, participant_id)
        GROUP BY a.day, a.mark_digest ORDER BY a.mark_digest
        ON CONFLICT (day, mark_digest) DO UPDATE
        SET people = sighting_day.people + excluded.people
        RETURNING mark_digest, people
    )
    SELECT a.mark_digest, a.participant_id, f.participant_id IS NOT NULL,
        c.people - count(f.participant_id) OVER (PARTITION BY a.mark_digest)
    FROM asked a JOIN counted c USING (mark_digest)
    LEFT JOIN fresh f USING (mark_digest, participant_id)
""")  # noqa: S608 - only text of this code
# The same, and nothing is written.
_LOOK = _MARKS.fill(f"""
    WITH {_ASKED}
    SELECT a.mark_digest, a.participant_id,
        NOT EXISTS (
            SELECT 1 FROM sighting s
            WHERE s.day = a.day AND s.mark_digest = a.mark_digest
              AND s.participant_id = a.participant_id
        ),
        coalesce((
            SELECT t.people FROM sighting_day t
            WHERE t.day = a.day AND t.mark_digest = a.mark_digest
        ), 0)
    FROM asked a
""")  # noqa: S608 - only text of this code
_REGION = """
    coalesce((
        SELECT a.region FROM action a
        WHERE a.participant_id = i.participant_id AND a.action_id = i.action_id
    ), (
        SELECT w.region FROM waiting_action w
        WHERE w.participant_id = i.participant_id AND w.action_id = i.action_id
    ))
"""
# The ride before and the one after each, and so of what has a place.
_BESIDE = _STAYS.fill(f"""
    SELECT d.position, i.starts_at, i.ends_at, {_REGION}, i.action_id, p.seal FROM {{unnest}}
    CROSS JOIN LATERAL (
        (SELECT b.participant_id, b.action_id, b.starts_at, b.ends_at FROM person_interval b
         WHERE b.participant_id = d.participant_id AND b.starts_at < d.starts_at
         ORDER BY b.starts_at DESC LIMIT 1)
        UNION
        (SELECT b.participant_id, b.action_id, b.starts_at, b.ends_at FROM person_interval b
         WHERE b.participant_id = d.participant_id AND b.starts_at > d.starts_at
         ORDER BY b.starts_at LIMIT 1)
        UNION
        (SELECT b.participant_id, b.action_id, b.starts_at, b.ends_at FROM person_place b
         WHERE b.participant_id = d.participant_id AND b.starts_at <= d.starts_at
         ORDER BY b.starts_at DESC LIMIT 1)
        UNION
        (SELECT b.participant_id, b.action_id, b.starts_at, b.ends_at FROM person_place b
         WHERE b.participant_id = d.participant_id AND b.starts_at > d.starts_at
         ORDER BY b.starts_at LIMIT 1)
    ) i
    LEFT JOIN person_place p
      ON p.participant_id = i.participant_id AND p.action_id = i.action_id
    ORDER BY d.position, i.starts_at
""")  # noqa: S608 - only text of this code


class AskedStay(NamedTuple):
    """When a person's stay begins, and the data key under which her places are sealed."""

    person: str
    starts_at: datetime
    data_key: bytes | None


class Seen(NamedTuple):
    """The people of each mark, by its digest; and per stay asked for, those before and after it."""

    crowds: Mapping[bytes, Crowd]
    beside: Sequence[Sequence[Stay]]


def look_around(
    connection: Connection,
    marks: Sequence[tuple[str, Mark]],
    stays: Sequence[AskedStay],
    *,
    day: date,
    dry_run: bool,
) -> Seen:
    """Count each (person, mark) among the people of the mark, and read where each person was around
    a moment; one round trip. With ``dry_run`` nothing is counted, and the answer is the same.
    """
    driver = raw(connection)
    asked = _mark_rows(marks, day)
    met = found = None
    with driver.pipeline():
        if asked:
            met = ask(driver, _LOOK if dry_run else _MEET, _MARKS.arrays(asked))
        if stays:
            rows: list[Row] = [(one.person, instant_text(one.starts_at)) for one in stays]
            found = ask(driver, _BESIDE, _STAYS.arrays(rows))
    crowds: dict[bytes, Crowd] = {}
    for digest, person, is_new, before in met.fetchall() if met else ():
        crowd = crowds.setdefault(bytes(digest), Crowd(before))
        (crowd.new if is_new else crowd.known).add(person.hex)
    beside: list[list[Stay]] = [[] for _ in stays]
    for position, starts_at, ends_at, region, action_id, sealed in (
        found.fetchall() if found else ()
    ):
        start = end = None
        data_key = stays[position - 1].data_key
        if sealed is not None and data_key is not None:
            start, end = opened_places(data_key, action_id, bytes(sealed))
        stay = Stay(starts_at, ends_at, region, is_ride=True, start=start, end=end)
        beside[position - 1].append(stay)
    return Seen(crowds, beside)


def _mark_rows(marks: Sequence[tuple[str, Mark]], day: date) -> list[Row]:
    """Each person of each mark once."""
    on = day.isoformat()
    rows: dict[tuple[bytes, str], Row] = {}
    for person, mark in marks:
        since = mark.enrolled_after
        rows[mark.digest, person] = (
            on,
            f"\\x{mark.digest.hex()}",
            person,
            since.isoformat() if since else None,
        )
    return list(rows.values())
