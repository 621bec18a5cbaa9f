"""The demo is seeded once, alike every time, goes on after a crash, and keeps its secrets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from app.demo.cast import ORGANISATIONS, PEOPLE
from app.demo.credentials import Credentials
from app.demo.seed import DemoUnusable, seed_demo
from app.demo.tonne import period
from app.demo.welcome import welcome
from app.settings import Settings
from app.wiring import Wiring, wire
from tests.builders.audit import assert_books_balance, with_statistics

# What the books say, without ids, salts and secrets.
CONTENT = (
    """
    select behaviour, occurred_at, saved_mg, points, limited_by, provenance
      from action order by 2, 1, 3, 4, 5
    """,
    """
    select a.behaviour, a.occurred_at, r.reason, r.points_taken, r.points_owed
      from reversal r join action a using (participant_id, action_id) order by 2, 1, 3, 4
    """,
    """
    select o.title_en, r.channel, r.out_request_no, r.state, r.created_at
      from redemption r join offer o using (offer_id) order by r.created_at, 1
    """,
    "select balance, held, debt from points_account order by 1, 2, 3",
    # What is deducted hangs on the sample, which nobody can foresee.
    "select vintage, state, reductions, selected_mg, issued_t from bundle",
    "select numbers::text, state, vintage from unit_block order by numbers, state",
    "select beneficiary, purpose, quantity_t, retired_at from retirement",
)


def _digest(wiring: Wiring) -> str:
    content = hashlib.sha256()
    for statement in CONTENT:
        for row in wiring.database.transact(
            lambda connection, statement=statement: connection.execute(text(statement)).all()
        ):
            content.update(repr(tuple(row)).encode())
    return content.hexdigest()


@contextmanager
def _wired(settings: Settings, database_url: str, folder: Path) -> Iterator[Wiring]:
    wiring = wire(replace(settings, data_dir=folder, database_url=database_url))
    yield wiring
    wiring.close()


class _PowerCut(BaseException):
    """Nothing catches it."""


def test_a_seeding_that_was_cut_off_goes_on_and_ends_in_the_same_books(
    seeded: Wiring, settings: Settings, fresh_database: str, tmp_path: Path
) -> None:
    def cut_at_62(done: int, _total: int) -> None:
        if done == 62:
            raise _PowerCut

    with _wired(settings, fresh_database, tmp_path) as wiring:
        with pytest.raises(_PowerCut):
            seed_demo(wiring, cut_at_62)
        assert not (tmp_path / "demo.json").exists()
        steps: list[int] = []
        seed_demo(wiring, lambda done, _total: steps.append(done))
        assert steps[0] == 63
        assert _digest(wiring) == _digest(seeded)
        with_statistics(wiring)
        assert_books_balance(wiring)


def test_a_second_start_seeds_nothing_again(seeded: Wiring) -> None:
    before = _digest(seeded)
    credentials = Credentials.kept(seeded.settings)
    steps: list[int] = []
    seed_demo(seeded, lambda done, _total: steps.append(done))
    assert steps == []
    assert _digest(seeded) == before
    assert Credentials.kept(seeded.settings) == credentials


def test_demo_json_has_the_agreed_shape_and_only_its_owner_reads_it(seeded: Wiring) -> None:
    path = seeded.settings.data_dir / "demo.json"
    document = json.loads(path.read_text())
    assert document["base_url"] == seeded.settings.base_url
    assert {"provider", "merchant", "enterprise", "verifier"} <= document["clients"].keys()
    for client in document["clients"].values():
        assert client.keys() == {"client_id", "client_secret"}
    assert document["users"].keys() == {
        *("operator", "operator2", "authority", "participant", "participant2")
    }
    for user in document["users"].values():
        assert user.keys() == {"username", "password"}
    assert len(document["participants"]) == PEOPLE
    assert all(each.startswith("par_") for each in document["participants"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(seeded.settings.data_dir.glob("demo-*.json")) == []


def test_a_demo_without_its_credentials_says_where_they_should_be(
    seeded: Wiring, tmp_path: Path
) -> None:
    elsewhere = replace(seeded, settings=replace(seeded.settings, data_dir=tmp_path))
    with pytest.raises(DemoUnusable, match="TANPUHUI_DATA_DIR"):
        seed_demo(elsewhere)


def test_the_story_has_everything_in_it(seeded: Wiring) -> None:
    def one(statement: str) -> int:
        return seeded.database.transact(
            lambda connection: connection.execute(text(statement)).scalar_one()
        )

    assert 30_000 < one("select count(*) from action") < 40_000
    # Everybody came in as others do: by documents that one read, and two others signed.
    admitted = "from organisation_application where state = 'accepted'"
    assert one(f"select count(*) {admitted}") == len(ORGANISATIONS)
    assert one(f"select count(*) {admitted} and before_assessment") == 0
    assert one("select count(*) from organisation_document") == 3 * len(ORGANISATIONS)
    assert one("select count(distinct behaviour) from action") >= 14
    assert one("select count(*) from reversal") >= 5
    assert one("select count(*) from redemption where state = 'captured'") > 100
    assert one("select count(*) from redemption where state = 'reversed'") > 5
    assert one("select count(*) from redemption where state = 'held'") == 1
    assert one("select count(*) from bundle where state = 'issued'") == 1
    assert one("select count(*) from retirement") == 1
    assert one("select count(*) from trade where state = 'delivered'") == 1
    # A ride of somebody ended in a bundle that was retired from, gate opened by two people.
    assert one("select count(*) from bundle_entry e join action a using (participant_id,"
               " action_id) where a.behaviour = 'metro_ride'") > 1_000  # fmt: skip
    assert one("select min(approvals) from (select count(distinct user_id) as approvals"
               " from gate_approval group by methodology, version) each") == 2  # fmt: skip


@pytest.mark.parametrize(
    ("first_day", "days"),
    [("2026-08-25", 60), ("2026-11-20", 42), ("2026-12-10", 38), ("2026-12-02", 30)],
)
def test_the_bundle_keeps_to_one_vintage_and_has_a_month_at_least(
    first_day: str, days: int
) -> None:
    first, last = period(date.fromisoformat(first_day))
    assert first.year == last.year
    assert (last - first).days + 1 == days


def test_the_welcome_names_every_route_and_credential(seeded: Wiring) -> None:
    said = welcome(seeded.settings)
    document = json.loads((seeded.settings.data_dir / "demo.json").read_text())
    assert document["base_url"] in said
    assert document["clients"]["provider"]["client_secret"] in said
    assert document["users"]["operator"]["password"] in said
    assert said.count("curl -s") >= 6
