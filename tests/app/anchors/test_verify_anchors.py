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
from app.secrecy.signatures import public_key_of, published_key
from app.store.audit.snapshot import snapshot
from app.store.database import Database
from app.usecases.audit.check_anchors import check_anchors
from app.usecases.audit.read_closed_rows import read_closed_rows
from tests.builders.anchors import (
    BOOK_OF,
    KEY,
    NEW_YORK,
    TOUCHES,
    anchored,
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
    (tmp_path / "anchors.jsonl").write_text(
        "".join(json.dumps(day) + "\n" for day in anchored(closed))
    )
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [published_key(public_key_of(KEY))]}))
    export(closed, tmp_path / "rows.jsonl")
    return tmp_path


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
    assert found.count == 3
    return found.offenders


def test_sound_books_hold_in_every_way(closed: Database, files: Path, fresh_database: str) -> None:
    assert findings(closed) == ()
    for more in ([], ["--rows", str(files / "rows.jsonl")], ["--database", fresh_database]):
        result = verified(files, *more)
        assert result.exit_code == 0, result.output
        assert "3 days, 2026-07-01 to 2026-07-03: every chain and signature holds." in result.output
        assert ("The 18 rows of these days are those" in result.output) == bool(more)


@pytest.mark.parametrize("table", sorted(BOOK_OF))
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
    assert findings(closed) == ()
    assert verified(files, "--database", fresh_database).output.startswith(
        "DIFFERS  2026-07-01 money: a sum of 1 instead of 990"
    )


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
        (lambda lines: [*lines, "no JSON"], "line 19 is no row"),
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
