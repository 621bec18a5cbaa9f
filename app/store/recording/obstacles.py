"""What is recorded that may stand against new actions: one flush of locks and reads.

The locks come first and the reads are statements of their own: a statement sees what was
committed when it began, so one that waited for a lock would still read the past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from app.secrecy.sealing import MasterKeys, WrappedKey
from app.store.database import Connection, keys_of
from app.store.driver import Driver, raw, send_all
from app.store.recording.asking import Asked, ask, probe_only
from app.store.recording.candidate import Candidate
from app.store.recording.caps import ASK_CAPS, CAPS, cap_rows, caps_of, tell_caps
from app.store.recording.days import ASK_DAYS, DAYS, DayOf, day_row, days_asked, days_done
from app.store.recording.installations import INSTALLED, LOCK_INSTALLED, tell_installed
from app.store.recording.owned import ASK_OWNED, add_owned
from app.store.recording.place_consents import ASK_PLACED, PLACED, add_places, placed_rows
from app.store.recording.rows import Row, Target, as_bytea, plain
from app.store.recording.rule_limits import ask_used, limits_asked, used_of
from behaviours.actions.action import Exclusion
from behaviours.actions.consent import Reach
from behaviours.actions.inherited import Inherited, inherited
from behaviours.actions.limits import LimitOf
from behaviours.actions.obstacles import Holder, Obstacles
from behaviours.actions.plausibility import DaySoFar
from behaviours.civil_time import instant_text
from behaviours.people import ACTIVE

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
_LOCK = """
    SELECT participant_id, debt FROM points_account WHERE participant_id = ANY($1::uuid[])
    ORDER BY participant_id FOR NO KEY UPDATE
"""
_LOOK = """
    SELECT participant_id, debt FROM points_account WHERE participant_id = ANY($1::uuid[])
"""
# After the locks: who leaves meanwhile has none any more, and who came has one.
_ASK_KEYS = """
    SELECT participant_id, key_id, wrapped FROM person_key
    WHERE participant_id = ANY($1::uuid[])
"""
# Few have left an account before this one.
_ASK_LEAVINGS = """
    SELECT participant_id, left_at, limits FROM inherited_leaving
    WHERE participant_id = ANY($1::uuid[])
"""
_MAKE_METERS = """
    INSERT INTO meter (meter_digest) SELECT unnest($1::bytea[]) ON CONFLICT DO NOTHING
"""
_LOCK_METERS = """
    SELECT 1 FROM meter WHERE meter_digest = ANY($1::bytea[])
    ORDER BY meter_digest FOR NO KEY UPDATE
"""
# The same as ``behaviours.actions.consent.reach_of``, row by row.
_REACH = f"""
    coalesce((
        SELECT max(CASE WHEN c.scene <> d.behaviour AND c.scene <> d.category
                            THEN {Reach.OTHER_SCENE:d}
                        WHEN c.granted_at >= d.day_ends_at THEN {Reach.GRANTED_LATER:d}
                        WHEN c.withdrawn_at <= d.occurred_at THEN {Reach.WITHDRAWN:d}
                        ELSE {Reach.COVERED:d} END)
        FROM consent c
        WHERE c.participant_id = d.participant_id AND c.organisation_id = d.provider_id
    ), (
        SELECT {Reach.OTHER_SCENE:d} FROM enrolment e
        WHERE e.participant_id = d.participant_id AND e.organisation_id = d.provider_id
    ), {Reach.STRANGER:d})
"""  # noqa: S608 - only numbers of this code
# Scalar subqueries, so that each is a probe of an index and the plan cannot become a join.
_ASK = _ASKED.fill(f"""
    SELECT
        (SELECT p.state = '{ACTIVE}' FROM participant p WHERE p.participant_id = d.participant_id),
        {_REACH},
        (SELECT last.action_id FROM (
            SELECT i.action_id, i.ends_at FROM person_interval i
            WHERE i.participant_id = d.participant_id AND i.starts_at < d.ends_at
            ORDER BY i.starts_at DESC LIMIT 1
        ) last WHERE last.ends_at > d.starts_at)
    FROM {{unnest}}
    ORDER BY d.position
""")  # noqa: S608 - only text of this code
_ASK_CLAIMS = """
    SELECT claim_digest, participant_id, action_id, fingerprint FROM claim_key
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


@dataclass(slots=True)
class Surroundings:
    """The answers about a list of candidates.

    ``obstacles`` stand in the candidates' order; each candidate knows what is used of its caps.
    """

    obstacles: list[Obstacles]
    # Of the accounts that exist: what the person owes, in points.
    debts: dict[str, int]
    # Who holds which claim digest.
    taken: dict[bytes, Holder]
    # Of taken events: what was said under the external_id; None where nobody knows any more.
    fingerprints: dict[bytes, bytes | None]
    # (claim digest, participant) -> quantities of the action that holds the claim
    earlier: dict[tuple[bytes, str], dict[str, str]]
    # What people did before on the days that are judged whole.
    days: dict[DayOf, DaySoFar]
    # What is used of the limits of rules.
    limits: dict[LimitOf, int]


@dataclass(slots=True)
class _Question:
    """The candidates as rows of text, and which of them each meter and exclusion belongs to."""

    participants: list[str]
    asked: list[Row] = field(default_factory=list)
    caps: list[Row] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    # (claim digest, digest under which the number may have been claimed before)
    former: list[tuple[bytes, bytes]] = field(default_factory=list)
    earlier: list[bytes] = field(default_factory=list)
    meters: list[Row] = field(default_factory=list)
    # Only today's numbers: nothing is added to those of before.
    locked_meters: set[str] = field(default_factory=set)
    of_meter: list[int] = field(default_factory=list)
    meter_digests: list[bytes] = field(default_factory=list)
    exclusions: list[Row] = field(default_factory=list)
    of_exclusion: list[tuple[int, Exclusion]] = field(default_factory=list)
    days: dict[DayOf, Candidate] = field(default_factory=dict)
    limits: list[LimitOf] = field(default_factory=list)
    installed: list[bytes] = field(default_factory=list)
    placed: list[Row] = field(default_factory=list)


def find_obstacles(
    connection: Connection,
    candidates: Sequence[Candidate],
    *,
    lock: bool,
    meanwhile: Iterable[Callable[[], None]],
) -> Surroundings:
    """Lock the people's accounts (and the meters), then read what is recorded; one round trip.

    Without ``lock`` nothing is written, not even a lock: that is how a dry run looks. What needs
    no answer is done ``meanwhile``, one thing beside each long look of the server.
    """
    question = _question_about(candidates)
    driver, work = raw(connection), iter(meanwhile)
    probe_only(connection)
    with driver.pipeline():
        accounts = ask(driver, _LOCK if lock else _LOOK, (plain(question.participants),))
        if lock:
            _lock_things(driver, question)
        keys = ask(driver, _ASK_KEYS, (plain(question.participants),))
        leavings = ask(driver, _ASK_LEAVINGS, (plain(question.participants),))
        asked = ask(driver, _ASK, _ASKED.arrays(question.asked))
        caps = ask(driver, ASK_CAPS, CAPS.arrays(question.caps)) if question.caps else None
        _beside(driver, work)
        wanted = as_bytea([*question.digests, *(old for _, old in question.former)])
        claims = ask(driver, _ASK_CLAIMS, (wanted,))
        _beside(driver, work)
        owned = ask(driver, ASK_OWNED, (wanted, as_bytea(question.meter_digests)))
        earlier = done = installed = placed = None
        if question.placed:
            placed = ask(driver, ASK_PLACED, PLACED.arrays(question.placed))
        in_meters, in_exclusions = _ask_sides(driver, question)
        if question.earlier:
            earlier = ask(driver, _ASK_HISTORY, (as_bytea(question.earlier),))
        if question.days:
            rows = [day_row(key, one) for key, one in question.days.items()]
            done = ask(driver, ASK_DAYS, DAYS.arrays(rows))
        used = ask_used(driver, question.limits)
        if question.installed:
            installed = ask(driver, INSTALLED, (as_bytea(question.installed),))
        for each in work:
            send_all(driver)
            each()
    debts = {participant.hex: debt for participant, debt in accounts.fetchall()}
    before = {person.hex: inherited(moment, facts) for person, moment, facts in leavings.fetchall()}
    obstacles = _obstacles(candidates, asked.fetchall(), debts, before)
    if caps:
        tell_caps(candidates, [used for (used,) in caps.fetchall()])
    _tell_keys(candidates, keys.fetchall(), keys_of(connection))
    if in_meters:
        _add_meters(obstacles, question.of_meter, in_meters.fetchall())
    if in_exclusions:
        _add_sides(obstacles, question.of_exclusion, in_exclusions.fetchall())
    if installed:
        tell_installed(candidates, installed.fetchall())
    add_places(obstacles, candidates, placed.fetchall() if placed else ())
    add_owned(obstacles, candidates, owned.fetchall())
    held = claims.fetchall()
    return Surroundings(
        obstacles,
        debts,
        _holders(held, question.former),
        {digest: said for digest, _, _, said in held},
        {(digest, person.hex): sent for digest, person, sent in earlier.fetchall()}
        if earlier
        else {},
        days_done(question.days, done.fetchall(), before) if done else {},
        used_of(question.limits, used),
    )


def _holders(
    held: Sequence[tuple[bytes, UUID, UUID, bytes | None]], former: Sequence[tuple[bytes, bytes]]
) -> dict[bytes, Holder]:
    """Who holds each claim, under its own digest or under one of before."""
    taken: dict[bytes, Holder] = {digest: (person, action) for digest, person, action, _ in held}
    for digest, old in former:
        if old in taken:
            taken.setdefault(digest, taken[old])
    return taken


def _ask_sides(driver: Driver, question: _Question) -> tuple[Asked | None, Asked | None]:
    """Who holds the times of meters, and which sides of exclusions are taken; where one claims."""
    meters = exclusions = None
    if question.meters:
        meters = ask(driver, _ASK_METERS, _METERS.arrays(question.meters))
    if question.exclusions:
        exclusions = ask(driver, _ASK_EXCLUSIONS, _EXCLUSIONS.arrays(question.exclusions))
    return meters, exclusions


def _lock_things(driver: Driver, question: _Question) -> None:
    """The meters and installations, after the people's accounts."""
    if question.meters:
        meters = plain(sorted(question.locked_meters))
        ask(driver, _MAKE_METERS, (meters,))
        ask(driver, _LOCK_METERS, (meters,))
    if question.installed:
        ask(driver, LOCK_INSTALLED, (as_bytea(question.installed),))


def _beside(driver: Driver, work: Iterator[Callable[[], None]]) -> None:
    """Do the next thing while the server looks at what it was asked last."""
    for each in islice(work, 1):
        send_all(driver)
        each()


def _obstacles(
    candidates: Sequence[Candidate],
    answers: Sequence[tuple[bool, Reach, UUID | None]],
    debts: Mapping[str, int],
    before: Mapping[str, Inherited],
) -> list[Obstacles]:
    """What the person's own rows say."""
    obstacles = []
    for candidate, (is_active, reach, ride) in zip(candidates, answers, strict=True):
        person = candidate.accepted.action.participant_id
        known = is_active if person in debts else None
        limits = before.get(person)
        counted = limits.counted(candidate.once) if limits else None
        obstacles.append(Obstacles(known, reach, ride, inherited=limits, counted=counted))
    return obstacles


def _tell_keys(
    candidates: Sequence[Candidate], rows: Sequence[tuple[UUID, bytes, bytes]], master: MasterKeys
) -> None:
    """Tell each candidate its person's data key; who is not there, or left, has none."""
    unwrapped = {
        person.hex: master.unwrap(person.bytes, WrappedKey(key_id, wrapped))
        for person, key_id, wrapped in rows
    }
    for candidate in candidates:
        candidate.data_key = unwrapped.get(candidate.accepted.action.participant_id)


def _add_meters(
    obstacles: list[Obstacles],
    of_meter: Sequence[int],
    holders: Sequence[tuple[UUID | None, UUID | None]],
) -> None:
    for at, (person, action) in zip(of_meter, holders, strict=True):
        if person is not None and action is not None:
            obstacles[at] = obstacles[at]._replace(meter=(person, action))


def _add_sides(
    obstacles: list[Obstacles],
    of_exclusion: Sequence[tuple[int, Exclusion]],
    sides: Sequence[tuple[str | None]],
) -> None:
    """The first side in the way is the one that is named."""
    for (at, exclusion), (side,) in zip(of_exclusion, sides, strict=True):
        if side is not None and obstacles[at].other_side is None:
            obstacles[at] = obstacles[at]._replace(other_side=exclusion)


def _question_about(candidates: Sequence[Candidate]) -> _Question:
    people = {candidate.accepted.action.participant_id for candidate in candidates}
    question = _Question(
        sorted(people),
        caps=cap_rows(caps_of(candidates)),
        days=days_asked(candidates),
        limits=limits_asked(candidates),
        placed=placed_rows(candidates),
    )
    for at, candidate in enumerate(candidates):
        accepted, action = candidate.accepted, candidate.accepted.action
        ride = accepted.person_interval
        question.asked.append(
            (
                action.participant_id,
                action.provider_id or None,
                action.behaviour,
                accepted.version.category_code,
                instant_text(action.occurred_at),
                instant_text(candidate.day_ends_at),
                instant_text(ride[0]) if ride else None,
                instant_text(ride[1]) if ride else None,
            )
        )
        question.digests += candidate.digests
        question.installed += candidate.installation_digests
        question.earlier += [digest for _, digest in candidate.earlier]
        question.former += [(new, old) for new, each in candidate.former.items() for old in each]
        meter = accepted.meter_claim
        if meter:
            starts_at, ends_at = instant_text(meter.starts_at), instant_text(meter.ends_at)
            question.locked_meters.add(f"\\x{candidate.meter_digests[0].hex()}")
            question.meter_digests += candidate.meter_digests
            for digest in candidate.meter_digests:
                question.of_meter.append(at)
                question.meters.append((f"\\x{digest.hex()}", starts_at, ends_at))
        for one in accepted.exclusions:
            question.of_exclusion.append((at, one))
            question.exclusions.append(
                (action.participant_id, one.group, one.period_start.isoformat(), one.side)
            )
    return question
