"""The programs printed in rewards/pooling/README.md, run as they are printed, by a stranger."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.ids import public
from app.usecases.pooling import read_leaves
from app.wiring import Wiring
from rewards.pooling import published_leaves
from tests.app.registry.test_a_stranger_adds_up_the_leaves import PARTS, every_line
from tests.builders.killed_child import chop_finely
from tests.builders.market import issued, pooled_pv
from tests.builders.people import Http, Tokens

PRINTED = Path(__file__).resolve().parents[3] / "rewards" / "pooling" / "README.md"
PROGRAMS = dict(re.findall(r"```python (\S+)\n(.*?)```", PRINTED.read_text("utf-8"), re.DOTALL))


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    chop_finely(monkeypatch.setattr)
    monkeypatch.setattr(published_leaves, "CHUNK", 2)
    monkeypatch.setattr(read_leaves, "CHUNK", 2)
    monkeypatch.setattr(read_leaves, "CHUNKS_AT_ONCE", 2)


def run(folder: Path, name: str, *given: str, lines: str = "") -> tuple[int, str]:
    """(exit code, output) of a printed program in a Python that knows nothing of this one."""
    (folder / name).write_text(PROGRAMS[name], "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", name, *given],
        cwd=folder,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    return done.returncode, done.stdout


def keep(folder: Path, name: str, told: Any) -> str:
    (folder / name).write_text(json.dumps(told), "utf-8")
    return name


def test_each_program_has_thirty_lines_at_the_most() -> None:
    assert set(PROGRAMS) == {"add_up.py", "mine.py"}
    for program in PROGRAMS.values():
        assert len([line for line in program.splitlines() if line.strip()]) <= 30


@pytest.mark.parametrize("people", [1, 7])
def test_a_buyer_adds_up_and_notices_what_is_false(
    market: Wiring, http: Http, tmp_path: Path, people: int
) -> None:
    pooled_pv(market, people=people)
    bundle_id = public("bdl", issued(market))
    told = http.get(f"/v1/registry/bundles/{bundle_id}").get_json()
    bundle = keep(tmp_path, "bundle.json", told)
    leaves = [f"{line}\n" for line in every_line(http, PARTS.format(bundle_id))]
    said = f"{people} leaves, {told['total_mg']} mg: they are the bundle\n"
    assert run(tmp_path, "add_up.py", bundle, lines="".join(leaves)) == (0, said)
    digest, _, milligrams = leaves[-1].partition(",")
    other = f"{digest},{int(milligrams) + 1}\n"
    for false in ([*leaves[:-1], other], [*leaves, leaves[-1]]):
        code, answer = run(tmp_path, "add_up.py", bundle, lines="".join(false))
        assert (code, "NOT the bundle" in answer) == (1, True)
    more = keep(tmp_path, "more.json", {**told, "issued_t": str(int(told["issued_t"]) + 1)})
    assert run(tmp_path, "add_up.py", more, lines="".join(leaves))[0] == 1


def test_a_person_finds_each_reduction_and_notices_what_is_false(
    market: Wiring, http: Http, token_for: Tokens, tmp_path: Path
) -> None:
    pooled = pooled_pv(market, people=7)
    bundle_id = public("bdl", issued(market))
    told = http.get(f"/v1/registry/bundles/{bundle_id}").get_json()
    bundle = keep(tmp_path, "bundle.json", told)
    for person, action_id in pooled:
        token = token_for("participant", tenant=person)
        path = f"/v1/me/actions/{public('act', action_id)}/inclusion"
        answer = http.get(path, token=token).get_json()
        saved_mg = answer["proof"]["leaf"]["saved_mg"]
        proof = keep(tmp_path, "inclusion.json", answer)
        assert run(tmp_path, "mine.py", proof, bundle) == (0, f"{saved_mg} mg: in the bundle\n")
        answer["proof"]["leaf"]["saved_mg"] = str(int(saved_mg) + 1)
        false = keep(tmp_path, "false.json", answer)
        assert run(tmp_path, "mine.py", false, bundle)[0] == 1
