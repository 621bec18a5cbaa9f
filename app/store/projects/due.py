"""SQL of projects that time itself moves: held, and not what others hold."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, text

from app.store.projects.projects import READ_PROJECT, project_of
from app.store.tables.complaints import IS_OPEN
from app.store.tables.metadata import in_words
from behaviours.projects.project import (
    CLOSE_NOTICE,
    COMPLETE,
    LAPSE,
    ON_NOTICE,
    REGISTERED,
    STEPS,
    Project,
)

_IN: Final = {step: in_words("state", *STEPS[step].needs) for step in (LAPSE, COMPLETE)}
assert STEPS[CLOSE_NOTICE].needs == (ON_NOTICE,), "notices close from one state"
assert STEPS[COMPLETE].needs == (REGISTERED,), "what is suspended stays so"
# An objection keeps a notice open: whoever files one holds the project. So does a design without
# its ex-ante table.
_DUE: Final = {
    CLOSE_NOTICE: f"""state = '{ON_NOTICE}' and notice_until < :today
        and not exists (select from complaint c where c.project_id = project.project_id
                           and {IS_OPEN.replace("state", "c.state")})
        and exists (select from ex_ante a where a.project_id = project.project_id
                       and a.design_number = project.noticed_design)""",
    # Another design moves it, in whichever state it is.
    LAPSE: f"""{_IN[LAPSE]} and state_at < :before
        and not exists (select from project_design d where d.project_id = project.project_id
                           and d.stated_at >= :before)""",
    COMPLETE: f"{_IN[COMPLETE]} and ends_before <= :today",
}
_LOCK: Final = {
    step: text(f"{READ_PROJECT} where {due} order by project_id limit :most for update skip locked")
    for step, due in _DUE.items()
}


def lock_due_projects(
    connection: Connection, step: str, *, today: date, before: datetime, most: int
) -> list[Project]:
    """Those whose step has come: what nothing moved since ``before`` lapses."""
    given = {"today": today, "before": before, "most": most}
    return [project_of(row) for row in connection.execute(_LOCK[step], given)]
