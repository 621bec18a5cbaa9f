"""Whoever kept the published days finds the day and the book in which a copy differs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands.verify import verify
from app.ids import new_id
from app.secrecy.signatures import public_key_of, published_key
from app.store.audit.snapshot import snapshot
from app.store.database import Database
from app.usecases.audit.check_anchors import check_anchors
from app.usecases.audit.read_closed_rows import read_closed_rows
from tests.builders.anchors import (
    BOOK_OF,
    KEY,
    LOG,
    NEW_YORK,
    TOUCHES,
    anchored,
    anchored_in_a_former_format,
    close_and_anchor,
    write,
    write_each,
)

NOON = datetime(2026, 7, 1, 12, tzinfo=NEW_YORK)
LEDGER = Path(__file__).resolve().parents[3] / "rewards" / "ledger" / "README.md"


@pytest.fixture
def closed(books: Database) -> Database:
    """Three closed days with rows on the first and the third, and rows of an open one."""
    for days in (0, 2, 4):
        write_each(books, NOON + timedelta(days=days))
    close_and_anchor(books, NOON + timedelta(days=3))
    return books


@pytest.fixture
def files(closed: Database, tmp_path: Path) -> Path:
    """A folder with the days, the keys and the rows as they were when the days were closed."""
    keep(closed, tmp_path)
    export(closed, tmp_path / "rows.jsonl")
    return tmp_path


def keep(books: Database, folder: Path) -> None:
    """The days and the keys, as somebody elsewhere keeps them."""
    days = "".join(json.dumps(day) + "\n" for day in anchored(books))
    (folder / "anchors.jsonl").write_text(days)
    (folder / "keys.json").write_text(json.dumps({"keys": [published_key(public_key_of(KEY))]}))


def export(books: Database, file: Path) -> None:
    first, last = datetime(2000, 1, 1).date(), datetime(2100, 1, 1).date()  # noqa: DTZ001
    with snapshot(books) as connection, file.open("wb") as out:
        for line in read_closed_rows(connection, first=first, last=last):
            out.write(line + b"\n")


def verified(files: Path, *more: str) -> Result:
    asked = ["--anchors", str(files / "anchors.jsonl"), "--keys", str(files / "keys.json")]
    return CliRunner().invoke(verify, [*asked, *more])


def by_hand(books: Database, statement: str) -> None:
    """As a superuser who takes the locks off first."""
    with books.engine.begin() as connection:
        connection.exec_driver_sql("set local session_replication_role = replica")
        for table in BOOK_OF:
            connection.exec_driver_sql(
                f"alter table {table} drop constraint if exists ck_closed_days"
            )
        assert connection.exec_driver_sql(statement).rowcount == 1


def findings(books: Database) -> tuple[str, ...]:
    with snapshot(books) as connection:
        found = check_anchors(connection)
    assert found.broken == len(found.offenders)
    assert found.count == len(anchored(books)) > 0
    return found.offenders


def test_sound_books_hold_in_every_way(closed: Database, files: Path, fresh_database: str) -> None:
    assert findings(closed) == ()
    for more in ([], ["--rows", str(files / "rows.jsonl")], ["--database", fresh_database]):
        result = verified(files, *more)
        assert result.exit_code == 0, result.output
        assert "3 days, 2026-07-01 to 2026-07-03: every chain and signature holds." in result.output
        assert (f"The {2 * len(BOOK_OF)} rows of these days are those" in result.output) == bool(
            more
        )


@pytest.mark.parametrize("table", sorted(BOOK_OF.keys() - LOG.keys() | {"signature"}))
@pytest.mark.parametrize("how", ["changed", "added", "deleted"])
def test_a_touched_row_of_a_closed_day_is_named_by_day_and_book(
    closed: Database, files: Path, fresh_database: str, table: str, how: str
) -> None:
    moment, change = TOUCHES[table]
    third = f"{moment} >= '2026-07-03 04:00Z' and {moment} < '2026-07-04 04:00Z'"
    if how == "added":
        by_hand(closed, "select 1")
        # A day without a row had none to begin with.
        with closed.engine.begin() as connection:
            connection.exec_driver_sql("update closed_book set closed_until = '2000-01-01Z'")
        write(closed, table, NOON + timedelta(days=1))
        expected = f"2026-07-02 {BOOK_OF[table]}: 1 rows of 0"
    elif how == "changed":
        by_hand(closed, f"update {table} set {change} where {third}")
        expected = f"2026-07-03 {BOOK_OF[table]}: "
    else:
        by_hand(closed, f"delete from {table} where {third}")
        expected = f"2026-07-03 {BOOK_OF[table]}: "
    (named,) = findings(closed)
    assert named.startswith(expected)
    export(closed, files / "later.jsonl")
    for more in (["--rows", str(files / "later.jsonl")], ["--database", fresh_database]):
        result = verified(files, *more)
        assert result.exit_code == 1
        assert result.output == f"DIFFERS  {named}\n"


@pytest.mark.parametrize("table", sorted(LOG))
def test_every_table_of_the_log_is_watched(closed: Database, table: str) -> None:
    moment, change = TOUCHES[table]
    before = "< '2026-07-02 04:00Z'"
    with closed.engine.connect() as connection, connection.begin() as undone:
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql(f"alter table {table} drop constraint if exists ck_closed_days")
        touched = connection.exec_driver_sql(f"update {table} set {change} where {moment} {before}")
        assert touched.rowcount == 1
        found = check_anchors(connection).offenders
        undone.rollback()
    assert found == ("2026-07-01 log: a row with another content",)


def test_lots_that_points_were_taken_from_are_watched(
    books: Database, fresh_database: str, tmp_path: Path
) -> None:
    write(books, "points_transfer", NOON)
    used = (
        "insert into points_lot_use select participant_id, transfer_id, %s, %s from points_transfer"
    )
    with books.engine.begin() as connection:
        for points in (-2, -3):
            connection.exec_driver_sql(used, (new_id(), points))
    close_and_anchor(books, NOON + timedelta(days=3))
    keep(books, tmp_path)
    changes = (
        # From another lot, another amount, and one lot more.
        "update points_lot_use set lot_id = gen_random_uuid() where points = -2",
        "update points_lot_use set points = -4 where points = -2",
        "delete from points_lot_use where points = -3",
    )
    for change in changes:
        by_hand(books, change)
        assert findings(books) == ("2026-07-01 points: a row with another content",)
        assert verified(tmp_path, "--database", fresh_database).exit_code == 1


def test_days_of_the_first_format_hold_and_the_log_begins_with_the_next(
    books: Database, fresh_database: str, tmp_path: Path
) -> None:
    write_each(books, NOON)
    with books.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into points_lot_use"
            " select participant_id, transfer_id, gen_random_uuid(), -5 from points_transfer"
        )
    anchored_in_a_former_format(books, NOON.date())
    write_each(books, NOON + timedelta(days=1))
    close_and_anchor(books, NOON + timedelta(days=4))
    assert [len(day["books"]) for day in anchored(books)] == [5, 6, 6, 6]  # type: ignore[arg-type]
    assert findings(books) == ()
    keep(books, tmp_path)
    export(books, tmp_path / "rows.jsonl")
    for more in (["--rows", str(tmp_path / "rows.jsonl")], ["--database", fresh_database]):
        assert verified(tmp_path, *more).exit_code == 0
    # A step of that day is in nobody's root; told in a file of rows, it is not of the day.
    step = '["signature","1","2026-07-01T12:00:00.000000Z","1"]'
    rows = tmp_path / "rows.jsonl"
    rows.write_text(f"{step}\n{rows.read_text()}")
    assert verified(tmp_path, "--rows", str(rows)).output == (
        "DIFFERS  2026-07-01 log: 1 rows of a book not kept\n"
    )
    by_hand(books, "delete from money_posting where posted_at < '2026-07-02 04:00Z'")
    assert findings(books) == ("2026-07-01 money: 0 rows of 1",)


def test_a_row_from_before_the_first_day_is_named(closed: Database) -> None:
    by_hand(closed, "select 1")
    write(closed, "money_posting", NOON - timedelta(days=40))
    assert findings(closed) == ("before 2026-07-01 money: 1 rows of 0",)


def test_anchors_that_were_made_anew_do_not_agree_with_a_copy_of_the_old(
    closed: Database, files: Path, fresh_database: str
) -> None:
    by_hand(closed, "update money_posting set fen = 1 where posted_at < '2026-07-02 04:00Z'")
    by_hand(closed, "delete from anchor where day = '2026-07-01'")
    by_hand(closed, "delete from anchor where day = '2026-07-02'")
    by_hand(closed, "delete from anchor where day = '2026-07-03'")
    close_and_anchor(closed, NOON + timedelta(days=3))
    # The database and what it publishes agree with one another again; the old copy does not.
    assert findings(closed) == ()
    assert verified(files, "--database", fresh_database).output.startswith(
        "DIFFERS  2026-07-01 money: a sum of 1 instead of 990"
    )
    (files / "now").mkdir()
    keep(closed, files / "now")
    assert verified(files / "now", "--database", fresh_database).exit_code == 0
    compared = verified(files, "--published", str(files / "now" / "anchors.jsonl"))
    assert compared.exit_code == 1
    was = "published as 1 rows with a sum of 990, now as 1 with 1, under another root"
    assert compared.output.splitlines() == [
        f"DIFFERS  2026-07-01 money: {was}",
        "DIFFERS  2026-07-02 money: the same, after a day before it that was changed",
        "DIFFERS  2026-07-03 money: the same, after a day before it that was changed",
    ]


def test_a_day_that_is_published_no_more_is_named_and_days_closed_since_are_not(
    files: Path, tmp_path: Path
) -> None:
    kept, now = files / "anchors.jsonl", tmp_path / "now.jsonl"
    first, second, third = kept.read_text().splitlines()
    now.write_text(f"{first}\n{second}\n")
    result = verified(files, "--published", str(now))
    assert result.output == "DIFFERS  2026-07-03: was published, and is not any more\n"
    assert result.exit_code == 1
    now.write_text(f"{first}\n{second}\n{third}\n")
    kept.write_text(f"{first}\n")
    result = verified(files, "--published", str(now))
    assert result.exit_code == 0
    assert "What is published now says the same of each of these days." in result.output
    now.write_text("[]\n")
    assert "cannot be read" in verified(files, "--published", str(now)).output


def test_a_changed_day_of_the_file_is_named_before_any_row_is_asked(files: Path) -> None:
    kept = files / "anchors.jsonl"
    kept.write_text(kept.read_text().replace('"sum": "990"', '"sum": "991"', 1))
    result = verified(files)
    assert result.exit_code == 1
    assert "2026-07-01: The text is not the one that was signed." in result.output
    assert "2026-07-01 money: its chain is not the one of what it states" in result.output


def test_another_key_and_a_missing_day_are_named(files: Path) -> None:
    kept, keys = files / "anchors.jsonl", files / "keys.json"
    first, _, third = kept.read_text().splitlines()
    kept.write_text(f"{first}\n{third}\n")
    keys.write_text(json.dumps({"keys": [published_key(public_key_of(bytes(32)))]}))
    output = verified(files).output
    assert "2026-07-01: Another key than the registry's has signed it." in output
    assert "2026-07-03: does not follow 2026-07-01" in output


def test_some_days_alone_are_compared_with_the_rows_of_these_days(
    files: Path, fresh_database: str
) -> None:
    kept, rows = files / "anchors.jsonl", files / "rows.jsonl"
    kept.write_text(kept.read_text().splitlines()[2] + "\n")
    assert verified(files, "--database", fresh_database).exit_code == 0
    assert "rows of days that have no anchor here" in verified(files, "--rows", str(rows)).output
    only = [line for line in rows.read_text().splitlines() if '"2026-07-03' in line]
    rows.write_text("".join(f"{line}\n" for line in only))
    assert verified(files, "--rows", str(rows)).exit_code == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda lines: ["[1]", *lines], "line 1 is no row"),
        (lambda lines: [*lines, "no JSON"], f"line {2 * len(BOOK_OF) + 1} is no row"),
        (lambda lines: ['["gold","1","2026-07-01","1"]', *lines], "line 1 is no row of a book"),
        (lambda lines: lines[::-1], "stand"),
    ],
)
def test_a_file_of_rows_that_is_none_is_said_to_be_none(
    files: Path, spoil: Callable[[list[str]], list[str]], said: str
) -> None:
    rows = files / "rows.jsonl"
    rows.write_text("\n".join(spoil(rows.read_text().splitlines())) + "\n")
    result = verified(files, "--rows", str(rows))
    assert result.exit_code == 1
    assert said in result.output


def test_a_file_that_is_no_anchors_and_a_database_that_is_away_are_said(
    files: Path, tmp_path: Path
) -> None:
    away = verified(files, "--database", "postgresql://nobody@127.0.0.1:1/none")
    assert away.exit_code == 1
    assert "the database cannot be read" in away.output
    (files / "anchors.jsonl").write_text("[]\n")
    assert "cannot be read" in verified(files).output
    assert CliRunner().invoke(verify, ["--rows", str(files / "rows.jsonl")]).exit_code == 2


def test_the_strangers_program_in_the_readme_comes_to_the_same(
    closed: Database, files: Path
) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", LEDGER.read_text(), re.DOTALL)
    (files / "stranger.py").write_text(program)

    def run() -> tuple[int, str]:
        given = [files / name for name in ("stranger.py", "anchors.jsonl", "rows.jsonl")]
        done = subprocess.run([sys.executable, *given], capture_output=True, text=True, check=False)
        assert not done.stderr
        return done.returncode, done.stdout

    assert run() == (0, "every chain comes out\n")
    by_hand(closed, "update reversal set points_owed = 3 where reversed_at < '2026-07-02 04:00Z'")
    export(closed, files / "rows.jsonl")
    assert run() == (1, "2026-07-01 reductions\n")
