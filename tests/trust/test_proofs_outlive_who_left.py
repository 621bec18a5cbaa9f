"""Somebody leaves after the freeze: sums, roots, proofs stand; a sample shows what it still may.

What named the person goes with them. What was counted stays counted: their own saved proof and the
proofs of everybody beside them lead to the root that was published, and the verifier of a sample
sees that a record is shredded, and can compute it again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from app.commands.verify import verify
from app.factory import create_app
from app.ids import public
from app.secrecy.signatures import sign
from app.wiring import Wiring
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.market import (
    PV,
    a_pv_interval,
    an_entrusting_person,
    issued,
    pooled_pv,
    recorded,
    rows,
    run,
    sealed,
    submitted,
)
from tests.builders.people import Http, Tokens, an_organisation, leaving

__all__ = ["market", "shut"]


def proof_of(http: Http, token: str, action: UUID) -> Any:
    answer = http.get(f"/v1/me/actions/{public('act', action)}/inclusion", token=token)
    assert answer.status_code == 200, answer.json
    return answer.json


def checked(folder: Path, http: Http, proof: Any) -> Result:
    """By the command alone, with the registry's keys."""
    (folder / "proof.json").write_text(json.dumps(proof))
    (folder / "keys.json").write_text(json.dumps(http.get("/v1/registry/keys").json))
    given = [str(folder / "proof.json"), "--keys", str(folder / "keys.json")]
    return CliRunner().invoke(verify, given)


def test_proofs_hold_for_who_left_and_for_who_stays_beside_them(
    market: Wiring, tmp_path: Path
) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    pooled = pooled_pv(market, people=5)
    bundle_id = issued(market, methodology=PV)
    (leaver, theirs), *others = pooled
    token = tokens("participant", tenant=leaver)
    page = f"/v1/registry/bundles/{public('bdl', bundle_id)}"
    published, before = http.get(page).json, proof_of(http, token, theirs)
    beside = {
        action: proof_of(http, tokens("participant", tenant=person), action)
        for person, action in others
    }
    assert http.delete("/v1/me", token=token).status_code == 200
    # The registry says what it said, and the proof that the person took along still leads there.
    assert http.get(page).json == published
    held = checked(tmp_path, http, before)
    assert held.exit_code == 0, held.output
    assert f"The leaf leads to the root of {public('bdl', bundle_id)}." in held.output
    assert before["proof"]["root"]["digest"] == published["root"]
    # Nobody asks for it any more: the account is closed, for the person's own token too.
    path = f"/v1/me/actions/{public('act', theirs)}/inclusion"
    assert http.get(path, token=token).status_code in (401, 403, 410)
    for person, action in others:
        again = proof_of(http, tokens("participant", tenant=person), action)
        assert again["proof"] == beside[action]["proof"]
        assert checked(tmp_path, http, again).exit_code == 0
    # The leaf that is changed by one milligram, or stands for somebody else, is refused.
    forged = json.loads(json.dumps(before))
    forged["proof"]["leaf"]["saved_mg"] = str(int(forged["proof"]["leaf"]["saved_mg"]) + 1)
    assert checked(tmp_path, http, forged).exit_code == 1
    assert_books_balance(market)


def test_the_export_that_is_taken_along_proves_everything_that_was_counted(
    market: Wiring, tmp_path: Path
) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    provider = an_organisation(market)
    person = an_entrusting_person(market, provider)
    mine = recorded(market, [a_pv_interval(person, provider, "9000") for _ in range(3)])
    pooled_pv(market, people=3)
    bundle_id = issued(market, methodology=PV)
    # In no bundle: nothing is proved of it, and the export holds its row.
    late = recorded(market, [a_pv_interval(person, provider, "10")])
    token = tokens("participant", tenant=person)
    answered = {public("act", each): proof_of(http, token, each) for each in mine}
    export = http.get("/v1/me/export", token=token).json
    assert http.delete("/v1/me", token=token).status_code == 200
    assert {each["action_id"]: each for each in export["inclusions"]} == answered
    assert len(export["rows"]["action"]) == len([*mine, *late])
    held = checked(tmp_path, http, export)
    assert held.exit_code == 0, held.output
    assert "3 leaves lead to the roots of their bundles." in held.output
    published = http.get(f"/v1/registry/bundles/{public('bdl', bundle_id)}").json
    assert {each["proof"]["root"]["digest"] for each in export["inclusions"]} == {published["root"]}
    # Each stands alone, so that one can be shown without the others.
    for each in export["inclusions"]:
        assert checked(tmp_path, http, each).exit_code == 0
    with pytest.raises(AssertionError):
        proof_of(http, token, mine[0])


@pytest.mark.parametrize(
    "forge",
    [
        lambda inclusions: inclusions[0]["proof"]["leaf"].update(saved_mg="1"),
        lambda inclusions: inclusions[0].pop("signature"),
        lambda inclusions: inclusions.append({}),
        lambda inclusions: inclusions.append(3),
        lambda inclusions: inclusions.clear(),
    ],
    ids=["mass", "unsigned", "empty", "number", "left out"],
)
def test_an_export_with_a_forged_proof_in_it_is_refused(
    market: Wiring, tmp_path: Path, forge: Callable[[list[Any]], object]
) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    [(person, _), *_] = pooled_pv(market, people=3)
    sealed(market, methodology=PV)
    export = http.get("/v1/me/export", token=tokens("participant", tenant=person)).json
    assert len(export["inclusions"]) == 1
    forge(export["inclusions"])
    assert checked(tmp_path, http, export).exit_code == 1
    # Also signed anew, by somebody who has no key of the registry.
    again = sign({name: export[name] for name in export if name != "signature"}, bytes(range(32)))
    (tmp_path / "proof.json").write_text(json.dumps(again))
    result = CliRunner().invoke(verify, [str(tmp_path / "proof.json")])
    assert (result.exit_code == 0) == (not again["inclusions"]), result.output


def sample_of(http: Http, bundle_id: UUID, token: str) -> dict[str, Any]:
    path = f"/v1/bundles/{public('bdl', bundle_id)}/sample?limit=100"
    answer = http.get(path, token=token)
    assert answer.status_code == 200, answer.json
    return {each["action_id"]: each for each in answer.json["data"]}


@pytest.mark.parametrize("looks", ["verifier", "operator"])
def test_a_sample_says_what_was_shredded_and_shows_what_can_be_computed_again(
    market: Wiring, looks: str
) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    pooled_pv(market, people=4)
    bundle_id, verifier = submitted(market)
    token = tokens(looks, tenant=verifier) if looks == "verifier" else tokens(looks)
    before = sample_of(http, bundle_id, token)
    assert before
    assert not any(each["shredded"] for each in before.values())
    drawn = rows(
        market,
        "select participant_id, action_id from bundle_sample"
        " where bundle_id = :id order by action_id limit 1",
        id=bundle_id,
    )
    (left,) = drawn
    run(market, leaving(market, left["participant_id"]))
    after, name = sample_of(http, bundle_id, token), public("act", left["action_id"])
    assert after.keys() == before.keys()
    was, now = before[name], after[name]
    assert (now["shredded"], now["external_id"], now["evidence"]) == (True, None, {})
    assert was["external_id"]
    assert was["evidence"]
    gone = [was["external_id"], *was["evidence"].values()]
    assert not any(value in json.dumps(after[name]) for value in gone)
    # What it was computed from, and what it came to, is all there.
    kept = was.keys() - {"shredded", "external_id", "evidence", "calculation"}
    assert {key: now[key] for key in kept} == {key: was[key] for key in kept}
    assert now["calculation"]
    others = before.keys() - {name}
    assert {each: after[each] for each in others} == {each: before[each] for each in others}
