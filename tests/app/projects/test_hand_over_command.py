"""What a receiver answered is taken in as a file, by two people, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands.main import tanpuhui
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from tests.builders.commands import environment
from tests.builders.empty_market import market, shut
from tests.builders.handed_over import HandingOver

__all__ = ["market", "shut"]

PASSWORD = "three old bicycles"


@pytest.fixture
def issue(market: Wiring) -> HandingOver:
    users = [NewUser(username=n, password=PASSWORD, role=n) for n in ("operator", "authority")]
    market.database.transact(create_user, users, now=market.clock.now())
    made = HandingOver(market)
    made.delivered()
    return made


@pytest.fixture
def typed(issue: HandingOver, tmp_path: Path) -> Callable[..., Result]:
    """Types ``tanpuhui handover …``; a mapping becomes a file."""
    environ = {**environment(issue.marsh.wiring), "TANPUHUI_PASSWORD": PASSWORD}

    def typing(*words: Any, who: str = "operator") -> Result:
        file = tmp_path / "answer.json"
        for word in words:
            if not isinstance(word, str):
                file.write_text(json.dumps(word))
        named = [word if isinstance(word, str) else str(file) for word in words]
        return CliRunner().invoke(tanpuhui, ["handover", *named, "--as", who], env=environ)

    return typing


def told(issue: HandingOver, **changes: Any) -> dict[str, Any]:
    period = f"mpd_{issue.period_id.hex}"
    return {"period_id": period, "number": 1, **issue.accepting(), **changes}


def test_two_take_the_file_in_and_the_units_are_dead_here(
    issue: HandingOver, typed: Callable[..., Result]
) -> None:
    said = told(issue)
    rehearsed = typed("answer", said, "--dry-run")
    assert (rehearsed.exit_code, "authority" in rehearsed.output) == (0, True), rehearsed.output
    first = typed("answer", said)
    assert (first.exit_code, "authority" in first.output) == (0, True), first.output
    assert issue.units() == {"locked": 1000}
    second = typed("answer", said, who="authority")
    assert (second.exit_code, second.output.strip()) == (0, "The hand-over is accepted."), second
    assert issue.units() == {"cancelled": 1000}
    again = typed("answer", said)
    assert again.output.strip() == "The hand-over is accepted."
    listed = typed("list", said["period_id"])
    for pair in said["serials"]:
        assert f"  {pair['ours']} {pair['theirs']}\n" in listed.output


def test_a_file_of_another_package_or_of_nothing_is_refused(
    issue: HandingOver, typed: Callable[..., Result], tmp_path: Path
) -> None:
    wrong = typed("answer", told(issue, manifest_sha256=64 * "0"))
    assert (wrong.exit_code, "MANIFEST_DIGEST_WRONG" in wrong.output) == (3, True), wrong.output
    missing = {k: v for k, v in told(issue).items() if k != "manifest_sha256"}
    assert typed("answer", missing).exit_code != 0
    file = tmp_path / "broken.json"
    file.write_text("{")
    broken = typed("answer", str(file))
    assert (broken.exit_code, "JSON" in broken.output) == (1, True)
    assert issue.units() == {"locked": 1000}
