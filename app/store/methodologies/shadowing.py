"""Shadow runs: the recorded actions that a rule would have met, streamed; and the runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.database import keys_of
from app.store.methodologies.versions import digest_text
from app.store.paging import newest_first
from app.store.recording.actions import SEAL, opened
from behaviours.actions.stored_action import RecordedAction
from behaviours.rules.shadow import RunOfARule
from behaviours.rules.shadow_report import ShadowReport

AT_ONCE = 1_000

# Actions that were taken back have no reduction that could change. What a household shares is met
# once, as it was reported, with all that it saved.
_MET = """
      from action a left join person_key k on k.participant_id = a.participant_id
     where a.behaviour = :behaviour
       and a.occurred_at >= :starts_at and a.occurred_at < :ends_at
       and (cast(:regions as text[]) is null or left(a.region, 5) = any(cast(:regions as text[])))
       and not exists (select from reversal r where r.participant_id = a.participant_id
                                                and r.action_id = a.action_id)
       and not exists (select from household_share s
                        where s.action_id = a.action_id and s.whole_action_id <> s.action_id)
"""
_COLUMNS = """
    select a.participant_id, a.action_id, a.provider_id, a.behaviour, a.external_id, a.occurred_at,
           a.ended_at, a.recorded_at, a.region, a.quantities, a.evidence, a.digest,
           coalesce((select s.whole_mg from household_share s where s.action_id = a.action_id),
                    a.saved_mg) as saved_mg,
           a.seal, k.key_id, k.wrapped
"""
_COUNT = text(f"select count(*) {_MET}")
# A person's actions come together, so that their sum needs no memory of the others.
_ALL = text(f"{_COLUMNS} {_MET} order by a.participant_id, a.action_id")
# A hash picks them, not their position: the same actions for the same seed, wherever it runs.
_SAMPLE = text(
    f"""
    select * from (
        {_COLUMNS} {_MET}
         order by sha256(uuid_send(a.action_id) || convert_to(:seed, 'UTF8')) limit :sample) drawn
     order by participant_id, action_id
    """  # noqa: S608
)
_EARLIER = text(
    """
    select a.participant_id, a.action_id, a.external_id, a.evidence, a.occurred_at,
           a.quantities ->> :quantity as value, a.seal, k.key_id, k.wrapped
      from action a left join person_key k on k.participant_id = a.participant_id
     where a.participant_id = any(:people) and a.behaviour = :behaviour
       and a.occurred_at >= :starts_at and a.occurred_at < :ends_at
       and a.quantities ? :quantity
       and not exists (select from reversal r where r.participant_id = a.participant_id
                                                and r.action_id = a.action_id)
    """
)
_INSERT = text(
    """
    insert into shadow_run (run_id, code, version, occurred_from, occurred_to, sample, seed,
                            started_by, started_at)
    values (:run_id, :code, :version, :occurred_from, :occurred_to, :sample, :seed, :started_by,
            :started_at)
    """
)
_RUN = """
    select run_id, code, version, occurred_from, occurred_to, sample, seed, started_by, started_at,
           finished_at
"""
_READ = text(f"{_RUN}, report from shadow_run where run_id = :run_id")
_LIST = newest_first(
    f"{_RUN} from shadow_run where code = :code and version = :version", by="run_id"
)
_FINISH = text(
    "update shadow_run set report = :report, finished_at = :now where run_id = :run_id"
).bindparams(bindparam("report", type_=JSONB))


class _Met(TypedDict):
    behaviour: str
    starts_at: datetime
    ends_at: datetime
    regions: list[str] | None


@dataclass(frozen=True, slots=True)
class Period:
    """Which actions a rule meets: of a behaviour, in [starts_at, ends_at), in regions or in all."""

    behaviour: str
    starts_at: datetime
    ends_at: datetime
    regions: Sequence[str] | None
    sample: int | None
    seed: str

    def parameters(self) -> _Met:
        return {
            "behaviour": self.behaviour,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "regions": None if self.regions is None else list(self.regions),
        }


def count_actions(connection: Connection, period: Period) -> int:
    """How many actions the run will look at."""
    met: int = connection.execute(_COUNT, period.parameters()).scalar_one()
    return met if period.sample is None else min(met, period.sample)


@dataclass(frozen=True, slots=True)
class MetAction(RecordedAction):
    """A recorded action that the rule would have met, and what it saved by its own rule, in mg."""

    digest: bytes
    saved_mg: int


class EarlierValue(NamedTuple):
    """What a person did earlier with a subject."""

    participant_id: UUID
    subject: str | None
    occurred_at: datetime
    value: str


def actions(connection: Connection, period: Period) -> Iterator[Sequence[MetAction]]:
    """The actions in chunks, person by person; only a chunk is in memory at a time."""
    parameters = {**period.parameters(), "sample": period.sample, "seed": period.seed}
    options = {"stream_results": True, "yield_per": AT_ONCE}
    statement = _ALL if period.sample is None else _SAMPLE
    master = keys_of(connection)
    with connection.execute(statement, parameters, execution_options=options) as rows:
        for part in rows.mappings().partitions(AT_ONCE):
            yield [
                MetAction(
                    **{name: value for name, value in row.items() if name not in SEAL},
                    **opened(row, master)._asdict(),
                )
                for row in part
            ]


def earlier_values(
    connection: Connection,
    people: Sequence[UUID],
    *,
    behaviour: str,
    subject: str,
    quantity: str,
    starts_at: datetime,
    ends_at: datetime,
) -> list[EarlierValue]:
    """What a rule that reads history finds, by the evidence that is its subject."""
    rows = connection.execute(
        _EARLIER,
        {
            "people": list(people),
            "behaviour": behaviour,
            "quantity": quantity,
            "starts_at": starts_at,
            "ends_at": ends_at,
        },
    )
    master = keys_of(connection)
    return [
        EarlierValue(
            row["participant_id"],
            opened(row, master).evidence.get(subject),
            row["occurred_at"],
            row["value"],
        )
        for row in rows.mappings()
    ]


def stored_digest(row: MetAction) -> str:
    """The digest of the rule that priced an action."""
    return digest_text(row.digest)


def insert_run(connection: Connection, run: RunOfARule) -> None:
    """Keep a run that begins now."""
    connection.execute(_INSERT, run._asdict())


def find_run(connection: Connection, run_id: UUID) -> RunOfARule | None:
    """A run with its report."""
    row = connection.execute(_READ, {"run_id": run_id}).mappings().one_or_none()
    return None if row is None else RunOfARule(**row)


def runs_of(
    connection: Connection, code: str, version: str, *, before: UUID | None, most: int
) -> list[RunOfARule]:
    """The runs of a version, newest first, without their reports."""
    asked = {"code": code, "version": version, "before": before, "most": most}
    return [RunOfARule(**row) for row in connection.execute(_LIST, asked).mappings()]


def finish_run(
    connection: Connection, run_id: UUID, report: ShadowReport, *, now: datetime
) -> None:
    connection.execute(_FINISH, {"run_id": run_id, "report": dict(report), "now": now})
