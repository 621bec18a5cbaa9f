"""SQL of findings and of what was said of them: rows are only added."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.projects.finding import RAISED, FindingReply, ProjectFinding

_COLUMNS = ProjectFinding._fields[:-1]


class Findings:
    """Where findings of one kind are kept: their table, that of replies, and what they are of."""

    def __init__(self, table: str, replies: str, subject: str, *, thing: str, prefix: str) -> None:
        columns = [subject if each == "subject_id" else each for each in _COLUMNS]
        values = ", ".join(f":{each}" for each in _COLUMNS)
        self.thing, self.prefix = thing, prefix
        self.add = text(f"insert into {table} ({', '.join(columns)}) values ({values})")
        self.add_reply = text(insert_into(replies, FindingReply._fields))
        self.of = text(
            f"""
            select {", ".join(f"f.{each}" for each in columns)},
                   coalesce(last.reply, '{RAISED}') as state
              from {table} f
              left join lateral (select reply from {replies} r where r.finding_id = f.finding_id
                                  order by number desc limit 1) last on true
             where f.{subject} = :subject_id order by f.finding_id
            """
        )
        self.replies = text(
            f"""
            select {", ".join(f"r.{each}" for each in FindingReply._fields)}
              from {table} f join {replies} r on r.finding_id = f.finding_id
             where f.{subject} = :subject_id order by r.finding_id, r.number
            """
        )


OF_VALIDATIONS: Final = Findings(
    "validation_finding", "validation_reply", "project_id", thing="project", prefix="prj"
)
OF_VERIFICATIONS: Final = Findings(
    "verification_finding", "finding_reply", "period_id", thing="monitoring_period", prefix="mpd"
)


def add_findings(
    connection: Connection, kept: Findings, subject_id: UUID, findings: Sequence[ProjectFinding]
) -> None:
    """Keep what was found; nothing where nothing was."""
    if findings:
        connection.execute(kept.add, [each._asdict() for each in findings])
        tell(kept.thing, public(kept.prefix, subject_id), {"findings": len(findings)})


def add_replies(
    connection: Connection, kept: Findings, subject_id: UUID, replies: Sequence[FindingReply]
) -> None:
    """Keep what was said of findings."""
    if replies:
        connection.execute(kept.add_reply, [each._asdict() for each in replies])
        tell(kept.thing, public(kept.prefix, subject_id), {"replies": len(replies)})


def findings_of(connection: Connection, kept: Findings, subject_id: UUID) -> list[ProjectFinding]:
    """What was found in every attempt, and what became of it, in their order."""
    rows = connection.execute(kept.of, {"subject_id": subject_id})
    return [ProjectFinding(*row) for row in rows]


def replies_of(connection: Connection, kept: Findings, subject_id: UUID) -> list[FindingReply]:
    """What was said of each finding, in their order."""
    rows = connection.execute(kept.replies, {"subject_id": subject_id})
    return [FindingReply(*row) for row in rows]
