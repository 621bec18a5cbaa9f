"""What is over is taken away, in parts, reported; what is not, and what others hold, stays."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.commands.retention import retention as command
from app.factory import create_app
from app.jobs.retention_tasks import count_kind, run_retention
from app.jobs.schedule import SCHEDULE
from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.retention.due_rows import ROWS
from app.usecases.retention.count_what_is_due import count_what_is_due
from app.usecases.retention.take_what_is_due import take_what_is_due
from app.wiring import Wiring
from behaviours.retention import CODES, IMPORTS, KINDS, TOKENS
from behaviours.retention_due import due_before
from tests.builders.due_rows import rows_of, write_due
from tests.builders.empty_market import shut
from tests.builders.parallel import at_once
from tests.builders.people import Http, Tokens
from tests.builders.retention import take_kind

__all__ = ["shut"]

DAY = timedelta(days=1)


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_kind_goes_what_is_over_and_stays_what_is_not(shut: Wiring, kind: str) -> None:
    now = shut.clock.real_now()
    before = due_before(shut.programme.retention, kind, now, shut.zone)
    own = [table for each in ROWS[kind] for table in each.tables]
    # What was written a moment ago, as the programme was opened, stays too.
    there = {table: rows_of(shut, table) for table in own}
    # A civil day is over at its end only.
    write_due(shut, kind, before - 2 * DAY)
    due = sum(rows_of(shut, each.table) - there[each.table] for each in ROWS[kind])
    write_due(shut, kind, before + DAY)
    stays = {table: (rows_of(shut, table) + there[table]) // 2 for table in own}
    counted = shut.database.transact(count_what_is_due, kind, programme=shut.programme, now=now)
    assert take_kind(shut, kind, now=now) == due
    if kind != IMPORTS:
        # Of imports the task goes after what belongs to it.
        assert counted.rows == due
    assert {table: rows_of(shut, table) for table in own} == stays
    assert take_kind(shut, kind, now=now) == 0


def test_a_dry_run_takes_nothing_and_the_run_takes_what_it_counted(shut: Wiring) -> None:
    for _ in range(7):
        write_due(shut, CODES, shut.clock.now() - 200 * DAY)
    counted = count_kind(shut, CODES)
    assert (counted.rows, rows_of(shut, "till_code")) == (7, 7)
    result = run_retention(shut, TaskRun(UUID(int=1), None, {}))
    assert result == {"removed": {CODES: 7}}
    assert count_kind(shut, CODES).rows == 0


def test_parts_are_small_and_begin_with_the_oldest(shut: Wiring) -> None:
    now = shut.clock.now()
    for age in (500, 400, 300):
        write_due(shut, CODES, now - age * DAY)
    taken = shut.database.transact(
        take_what_is_due, CODES, programme=shut.programme, now=now, reported_at=now, most=2
    )
    assert (taken.rows, taken.oldest, taken.newest) == (2, now - 500 * DAY, now - 400 * DAY)


def test_what_another_transaction_holds_is_left_and_nobody_waits(shut: Wiring) -> None:
    now = shut.clock.now()
    write_due(shut, CODES, now - 500 * DAY)
    with shut.database.engine.connect() as other, other.begin():
        other.execute(text("select 1 from till_code for update"))
        assert take_kind(shut, CODES, now=now) == 0
    assert take_kind(shut, CODES, now=now) == 1


def test_two_runs_at_once_take_each_row_once_and_report_it_once(shut: Wiring) -> None:
    now = shut.clock.now()
    for _ in range(40):
        write_due(shut, CODES, now - 200 * DAY)
    run = partial(take_what_is_due, kind=CODES, programme=shut.programme, now=now, reported_at=now)
    taken = at_once(shut.settings.database_url or "", [run] * 4)
    assert sum(each.rows for each in taken) == 40
    with shut.database.engine.connect() as connection:
        reported = connection.execute(text("select removed from retention_report")).scalars().all()
    assert reported == [40]


def test_the_report_is_read_by_operators_and_the_authority_and_nobody_else(shut: Wiring) -> None:
    now = shut.clock.now()
    for kind in (CODES, TOKENS):
        write_due(shut, kind, now - 200 * DAY)
    run_retention(shut, TaskRun(UUID(int=1), None, {}))
    app = create_app(shut)
    http, token_for = Http(app), Tokens(app, shut)
    path = "/v1/retention-reports"
    for role in ("participant", "provider", "merchant", "enterprise", "verifier"):
        assert http.get(path, token=token_for(role)).status_code == 403, role
    assert http.get(path).status_code == 401
    token = token_for("authority")
    first = http.get(f"{path}?limit=1", token=token).json
    assert first["has_more"]
    second = http.get(f"{path}?limit=1&cursor={first['next_cursor']}", token=token).json
    assert not second["has_more"]
    tokens, codes = first["data"][0], second["data"][0]
    assert (tokens["kind"], tokens["removed"], tokens["keep"]) == ("tokens", 6, "0 days")
    assert (codes["kind"], codes["removed"], codes["keep"]) == ("codes", 1, "90 days")
    assert codes["programme_version"] == shut.programme.version
    assert codes["oldest"] == codes["newest"]
    only = http.get(f"{path}?kind=codes", token=token_for("operator")).json["data"]
    assert only == [codes]
    assert http.get(f"{path}?kind=action", token=token).status_code == 422


def test_the_worker_does_it_every_hour() -> None:
    assert [each.every_s for each in SCHEDULE if each.task == names.RETENTION] == [3_600]


def test_the_command_counts_or_takes(shut: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = shut.settings
    for name, value in {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "TANPUHUI_DATA_DIR": str(settings.data_dir),
    }.items():
        monkeypatch.setenv(name, str(value))
    write_due(shut, CODES, shut.clock.now() - 200 * DAY)
    counted = CliRunner().invoke(command, ["--dry-run"])
    assert counted.exit_code == 0, counted.output
    assert "1 are due; nothing was taken away." in counted.output
    assert all(kind in counted.output for kind in KINDS)
    assert rows_of(shut, "till_code") == 1
    taken = CliRunner().invoke(command)
    assert taken.exit_code == 0, taken.output
    assert "1 were taken away." in taken.output
    assert rows_of(shut, "till_code") == 0
