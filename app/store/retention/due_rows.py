"""Rows whose time is over: which, how many, and how they go.

One description for each table; what is counted and what is taken away is made of it, so that a dry
run counts what a run would take. A run takes the oldest first, in parts, and leaves what another
transaction holds for the next part.
"""

# ruff: noqa: S608 - the statements are put together from constants of this file only

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from sqlalchemy import Connection, TextClause, text

from app.store.outbox.task import DONE, FAILED
from behaviours import retention
from behaviours.admission import OVER
from behaviours.civil_time import civil_day
from behaviours.requests import OPEN
from behaviours.standing import CLOSED

# Of a civil day: its end, where the programme is.
_DAY_OVER = "((r.day + 1)::timestamp at time zone :zone)"


class _Rows(NamedTuple):
    """Rows ``r`` of a table; ``at`` is from when their time counts, ``due`` when it is over.

    Rows of the tables ``of_it`` go with the row that has the same key, or its first columns.
    """

    table: str
    key: tuple[str, ...]
    at: str
    due: str
    and_from: str = ""
    of_it: tuple[tuple[str, int], ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of which rows go."""
        return (self.table, *(table for table, _ in self.of_it))

    def counted(self) -> TextClause:
        """How many are due, the oldest and the newest."""
        return text(
            f"select count(*) as rows, min({self.at}) as oldest, max({self.at}) as newest"
            f" from {self.table} r {self.and_from} where {self.due}"
        )

    def taken(self) -> TextClause:
        """Take up to so many away; the same of those."""
        keys = ", ".join(f"r.{name}" for name in self.key)
        gone = [
            f"gone_{number} as (delete from {table} t using due d where {self._same(columns)})"
            for number, (table, columns) in enumerate(self.of_it)
        ]
        return text(
            f"""
            with due as materialized (
                select {keys}, {self.at} as at from {self.table} r {self.and_from}
                 where {self.due} order by {self.at} limit :most for update of r skip locked
            ), {"".join(f"{each}, " for each in gone)} gone as (
                delete from {self.table} t using due d where {self._same(len(self.key))}
                returning d.at)
            select count(*) as rows, min(at) as oldest, max(at) as newest from gone
            """
        )

    def _same(self, columns: int) -> str:
        return " and ".join(f"t.{name} = d.{name}" for name in self.key[:columns])


def _expired(table: str, key: str, due: str = "r.expires_at < :before") -> _Rows:
    return _Rows(table, (key,), "r.expires_at", due)


def _work(state: str, which: str) -> _Rows:
    return _Rows(
        "task",
        ("task_id",),
        "r.finished_at",
        f"r.finished_at < :before and r.state = '{state}' and {which}",
    )


# The platform's own, about nothing and started by nobody.
_OWN: Final = "r.started_by is null and r.subject_id is null"
_ENDED_IMPORT: Final = "join task k on k.task_id = r.import_id"


def _parts(kind: str) -> _Rows:
    return _Rows(
        "import_part",
        ("import_id", "kind", "part_no"),
        "k.finished_at",
        f"r.kind = '{kind}' and k.finished_at < :before",
        _ENDED_IMPORT,
    )


ROWS: Final[Mapping[str, tuple[_Rows, ...]]] = {
    retention.KEPT_ANSWERS: (
        _Rows("kept_answer", ("key_digest",), "r.kept_at", "r.kept_at < :before"),
    ),
    retention.TOKENS: (
        _expired("refresh_token", "token_digest"),
        _expired("revoked_token", "jti"),
        _expired("spent_assertion", "assertion_digest"),
        _expired("openid_login", "state_digest"),
        _Rows(
            "word_session", ("participant_id", "session_id"), "r.expires_at",
            "r.expires_at < :before",
        ),
        _Rows(
            "user_session", ("session_id",), "r.started_at",
            "r.started_at < :before"
            " and not exists (select from refresh_token where family_id = r.session_id)",
        ),
    ),
    retention.LINKS: (_expired("one_time_link", "link_digest"),),
    retention.CODES: (_expired("till_code", "code_digest"),),
    retention.SIGHTINGS: (
        _Rows(
            "sighting_day", ("day", "mark_digest"), _DAY_OVER, "r.day < :before_day",
            of_it=(("sighting", 2),),
        ),
    ),
    retention.PLACES: (
        _Rows(
            "person_place", ("participant_id", "action_id"), "r.forget_at",
            "r.forget_at <= :before",
        ),
    ),
    retention.QUOTA_DAYS: (
        _Rows("provider_day", ("provider_id", "day", "stripe"), _DAY_OVER, "r.day < :before_day"),
    ),
    retention.APPLICATION_FILES: (
        _Rows(
            "organisation_file", ("document_id",), "a.decided_at",
            f"a.state in {OVER} and a.decided_at < :before",
            "join organisation_application a on a.organisation_id = r.organisation_id",
        ),
    ),
    retention.ORGANISATION_FILES: (
        _Rows(
            "organisation_file", ("document_id",), "o.changed_at",
            f"o.state = '{CLOSED}' and o.changed_at < :before",
            "join organisation o on o.organisation_id = r.organisation_id",
        ),
    ),
    retention.FINISHED_WORK: (_work(DONE, _OWN),),
    retention.FAILED_WORK: (_work(FAILED, _OWN),),
    retention.IMPORT_FILES: (_parts("file"),),
    retention.REFUSAL_FILES: (_parts("refusals"),),
    retention.IMPORTS: (
        _Rows(
            "import_tally", ("import_id",), "k.finished_at",
            "k.finished_at < :before"
            " and not exists (select from import_part where import_id = r.import_id)",
            _ENDED_IMPORT,
        ),
        _Rows(
            "task", ("task_id",), "r.finished_at",
            "r.finished_at < :before and r.name = 'import_file'"
            " and not exists (select from import_tally where import_id = r.task_id)"
            " and not exists (select from import_part where import_id = r.task_id)",
        ),
    ),
    retention.TOMBSTONES: (
        _Rows(
            "tombstone", ("tombstone_digest",), "r.kept_until", "r.kept_until <= :before",
            of_it=(
                ("tombstone_cap", 1), ("tombstone_limit", 1), ("tombstone_rule_limit", 1),
                ("tombstone_withdrawal", 1),
            ),
        ),
    ),
    retention.REQUESTS: (
        _Rows(
            "personal_request", ("participant_id", "request_id"), "r.answered_at",
            f"r.answered_at < :before and r.state <> '{OPEN}'",
        ),
    ),
    retention.FORMER_REGIONS: (
        _Rows(
            "former_region", ("participant_id", "change_id"), "r.told_at", "r.told_at < :before",
        ),
    ),
    retention.COMPLAINANTS: (
        _Rows(
            "complainant", ("participant_id",), "c.ended_at", "c.ended_at < :before",
            "join complaint c using (participant_id, complaint_id)",
            of_it=(("complaint_file_content", 1),),
        ),
    ),
    retention.COMPLAINT_FILES: (
        _Rows(
            "complaint_file_content", ("participant_id", "complaint_id", "file_id"),
            "c.ended_at", "c.ended_at < :before",
            "join complaint c using (participant_id, complaint_id)",
        ),
    ),
    retention.EVENTS: (
        _Rows("event", ("event_no",), "r.occurred_at", "r.occurred_at < :before"),
    ),
    retention.WEBHOOK_ATTEMPTS: (
        _Rows("webhook_attempt", ("attempt_id",), "r.started_at", "r.started_at < :before"),
    ),
}  # fmt: skip
_COUNT: Final = {kind: tuple(each.counted() for each in rows) for kind, rows in ROWS.items()}
_TAKE: Final = {kind: tuple(each.taken() for each in rows) for kind, rows in ROWS.items()}


class DueCount(NamedTuple):
    """So many rows, and from when the time of the oldest and the newest counts."""

    rows: int
    oldest: datetime | None
    newest: datetime | None

    def and_also(self, other: DueCount) -> DueCount:
        oldest = [each for each in (self.oldest, other.oldest) if each is not None]
        newest = [each for each in (self.newest, other.newest) if each is not None]
        return DueCount(
            self.rows + other.rows, min(oldest, default=None), max(newest, default=None)
        )


NOTHING: Final = DueCount(0, None, None)


def count_due(connection: Connection, kind: str, *, before: datetime, zone: tzinfo) -> DueCount:
    """What of a kind is due to go."""
    return _summed(connection, _COUNT[kind], before, zone, None)


def take_due(
    connection: Connection, kind: str, *, before: datetime, zone: tzinfo, most: int
) -> DueCount:
    """Take up to ``most`` rows of each table of a kind away, the oldest first."""
    return _summed(connection, _TAKE[kind], before, zone, most)


def _summed(
    connection: Connection,
    statements: tuple[TextClause, ...],
    before: datetime,
    zone: tzinfo,
    most: int | None,
) -> DueCount:
    given = {
        "before": before,
        "before_day": civil_day(before, zone),
        "zone": str(zone),
        "most": most,
    }
    total = NOTHING
    for each in statements:
        total = total.and_also(DueCount(*connection.execute(each, given).one()))
    return total
