"""The bench itself: its promises, figures and load, not the speed of the machine it runs on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.bench.catalogue import all_cases
from app.bench.frame import Figure
from app.bench.ground import Ground
from app.bench.load import send_load
from app.commands.bench import _chosen
from app.commands.migrate import upgrade
from app.settings import Settings
from app.store.bench.by_hand import open_accounts, rows_of, write_rows
from app.usecases.recording.record import RecordingRules, record


@pytest.fixture(scope="module")
def ground(settings: Settings) -> Iterator[Ground]:
    with Ground(settings, upgrade, lambda _line: None, quick=True) as made:
        yield made


def test_every_promise_of_the_issue_has_its_case() -> None:
    promised = {"adding_up", "batch", "budget", "capture", "history", "quantify"}
    promised |= {"select_and_seal", "single", "balance", "expiry", "rush", "transfers", "webhooks"}
    assert promised <= {case.name for case in all_cases()}
    # What takes an hour runs only when it is asked for by its name.
    assert {case.name for case in all_cases() if case.when_named} == {"ten_million_leaves"}
    assert "ten_million_leaves" not in {case.name for case in _chosen(())}
    assert [case.name for case in _chosen(("ten_million_leaves",))] == ["ten_million_leaves"]


def test_rules_are_measured_with_their_working_and_without(ground: Ground) -> None:
    (case,) = (case for case in all_cases() if case.name == "quantify")
    promises = {figure.name: figure for figure in case.run(ground) if figure.at_least}
    assert set(promises) == {"evaluated, no working", "explained, every step kept"}
    assert all(len(figure.rounds) == ground.rounds for figure in promises.values())


@pytest.mark.parametrize(
    ("promise", "holds"),
    [
        ({}, True),
        ({"at_least": 2.0}, True),
        ({"at_least": 2.1}, False),
        ({"at_most": 2.0}, True),
        ({"at_most": 1.9}, False),
    ],
)
def test_a_figure_is_its_median_and_knows_its_promise(
    promise: dict[str, float], *, holds: bool
) -> None:
    figure = Figure("x", (9.0, 2.0, 1.0), "ratio", **promise)
    assert figure.value == 2.0
    assert figure.holds is holds
    assert figure.as_dict()["holds"] is holds


def test_both_routes_answer_the_load_on_a_server_of_its_own(ground: Ground) -> None:
    shop = ground.shop(people=20)
    token = ground.token(shop)
    small = {"name": "bare", "numbers": {"a": "1"}}
    with ground.server(shop) as port:
        bare = send_load(port, "/bench/bare", token, [small] * 20, connections=4, expect=201)
        ours = send_load(port, "/v1/actions", token, shop.bodies(20), connections=4, expect=201)
        with pytest.raises(AssertionError, match="422"):
            send_load(port, "/v1/actions", token, [{}], connections=1, expect=201)
    assert bare.statuses == ours.statuses == {201: 20}
    assert ours.per_second > 0


def test_what_is_written_by_hand_is_what_recording_wrote(ground: Ground) -> None:
    """Otherwise the comparison would compare two different things."""
    shop, twin = ground.shop(people=7), ground.shop(people=0)
    wiring = shop.wiring
    twin.wiring.database.transact(open_accounts, shop.people)
    recorded = wiring.database.transact(
        record,
        shop.rides(100),
        RecordingRules(wiring.rulebook, wiring.policies),
        now=wiring.clock.now(),
    )
    ids = [one.action_id for one in recorded]
    rows = wiring.database.transact(rows_of, ids)
    twin.wiring.database.transact(write_rows, rows, wiring.programme.zone)
    for table in (
        "action", "claim_key", "person_interval", "points_transfer", "points_lot_use",
        "points_cap", "reduction_account",
    ):  # fmt: skip
        assert contents(shop, table) == contents(twin, table), table
    lots = "participant_id, available_at, expires_at, granted, remaining"
    assert contents(shop, "points_lot", lots) == contents(twin, "points_lot", lots)
    sums = "participant_id, balance, held, debt"
    assert contents(shop, "points_account", sums) == contents(twin, "points_account", sums)


def contents(shop: object, table: str, columns: str = "*") -> set[str]:
    with shop.wiring.database.engine.connect() as connection:
        if table == "reduction_account":
            columns = "participant_id, saved_mg, actions"
        found = connection.exec_driver_sql(
            f"select to_jsonb(one)::text from (select {columns} from {table}) one"
        ).scalars()
        return set(found)
