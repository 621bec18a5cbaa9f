"""Plans and seeds: who gains chooses neither how much is looked at, nor what."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.factory import create_app
from app.ids import public
from app.outbox import names
from app.usecases.pooling.cancel_bundle import cancel_bundle
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from tests.builders.earlier import back_and_up
from tests.builders.empty_market import market, shut
from tests.builders.market import (
    NOW,
    PV,
    an_independent_verifier,
    operator,
    pooled_pv,
    rows,
    run,
    selected,
    submitted,
    task,
)
from tests.builders.people import Http, Tokens
from tests.builders.sealed import in_the_clear, lay_in_the_clear

__all__ = ["market", "shut"]
LOOSEST = {"confidence": "0.90", "precision": "0.10"}
MINE = "271828182845"


class Verified:
    """A bundle that was handed to a verifier over HTTP, and everybody around it."""

    def __init__(self, wiring: Wiring, people: int = 40) -> None:
        self.wiring = wiring
        app = create_app(wiring)
        self.http, self.tokens = Http(app), Tokens(app, wiring)
        self.operator = self.tokens("operator")
        self.pooled = pooled_pv(wiring, people=people)
        self.verifier_id = an_independent_verifier(wiring, pooled=True)
        self.verifier = self.tokens("verifier", tenant=self.verifier_id)
        self.reopen()

    def reopen(self) -> None:
        self.bundle_id = selected(self.wiring)
        run(self.wiring, start_report, self.bundle_id, by=operator(), clock=StandingClock(NOW))
        task(self.wiring, names.REPORT_BUNDLE, self.bundle_id)
        self.path = f"/v1/bundles/{public('bdl', self.bundle_id)}"
        self.public = f"/v1/registry/verifications/{public('bdl', self.bundle_id)}"

    def submit(self, plan: Any) -> Any:
        body = {"plan": plan}
        return self.http.post(f"{self.path}/submit", body, token=self.operator)

    def accept(self, number: str = MINE, token: str | None = None) -> Any:
        body = {"number": number}
        return self.http.post(f"{self.path}/accept", body, token=token or self.verifier)

    def published(self) -> Any:
        return self.http.get(self.public).get_json()

    def every(self, path: str, token: str | None = None) -> list[Any]:
        """All pages of a list."""
        found: list[Any] = []
        cursor = ""
        while True:
            answer = self.http.get(f"{path}?limit=100{cursor}", token=token).get_json()
            found += answer["data"]
            if not answer["has_more"]:
                return found
            cursor = f"&cursor={answer['next_cursor']}"

    def sample(self) -> list[str]:
        drawn = self.every(f"{self.path}/sample", self.verifier)
        return [each["action_id"] for each in drawn]


@pytest.fixture
def verified(market: Wiring) -> Verified:
    return Verified(market)


def hashed(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def a_strangers_root(leaves: list[tuple[bytes, int]]) -> tuple[bytes, int]:
    """RFC 6962: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaves[0]
    at = 1 << ((len(leaves) - 1).bit_length() - 1)
    (left, less), (right, more) = a_strangers_root(leaves[:at]), a_strangers_root(leaves[at:])
    node = hashed(b"\x01", left, less.to_bytes(8, "big"), right, more.to_bytes(8, "big"))
    return node, less + more


def drawn_by_a_stranger(published: Any, population: list[Any]) -> list[str]:
    """The sample, from what everybody reads and the description of the API alone."""
    plan = published["sampling_plan"]
    leaves = []
    for each in population:
        mg = int(each["saved_mg"])
        identity = bytes.fromhex(each["action_id"][4:])
        leaves.append((hashed(b"\x00", bytes(16), identity, mg.to_bytes(8, "big")), mg))
    root, _ = a_strangers_root(leaves)
    secret = bytes.fromhex(plan["secret"])
    assert root.hex() == plan["root"]
    assert hashed(secret).hex() == published["sampling_commitment"]
    seed = hashed(secret, plan["number"].encode(), root).hex()
    sample: list[str] = []
    for stratum in plan["strata"]:
        live = [
            each["action_id"]
            for each in population
            if each["stratum"] == stratum["stratum"] and not each["gone"]
        ]
        live.sort(key=lambda action, seed=seed: hashed(f"{seed}{action}".encode()))
        sample += live[: stratum["size"]]
    return sorted(sample)


@pytest.mark.parametrize(
    "plan", [{"confidence": "0.80"}, {"precision": "0.5"}, {"precision": "0.99"}, {"seed": "mine"}]
)
def test_a_plan_below_the_floors_is_refused_by_name(verified: Verified, plan: Any) -> None:
    refused = verified.submit({**LOOSEST, **plan})
    assert refused.status_code == 422
    assert "seed" in plan or refused.get_json()["code"] == "INVALID_SAMPLING_PLAN"
    made = verified.submit(LOOSEST).get_json()["sampling_plan"]
    assert made["size"] >= min(30, made["population"])


def test_the_seed_follows_from_what_none_of_them_knew_alone(verified: Verified) -> None:
    before = verified.published()
    assert before["sampling_commitment"]
    plan = verified.submit(LOOSEST).get_json()["sampling_plan"]
    assert (plan["seed"], plan["secret"], plan["number"]) == ("", None, None)
    assert verified.published()["sampling_plan"]["root"] == plan["root"]
    assert verified.sample() == []
    early = {"opinion": "positive", "statement": "Fine."}
    refused = verified.http.post(f"{verified.path}/opinion", early, token=verified.verifier)
    assert refused.get_json()["code"] == "VERIFICATION_NOT_ACCEPTED"
    assert verified.accept(token=verified.operator).status_code == 403
    assert verified.accept(token=verified.tokens("verifier")).status_code == 404
    assert verified.accept("1").get_json()["code"] == "BAD_VERIFIER_NUMBER"
    assert verified.accept().status_code == 200
    again = verified.accept("314159265358")
    assert (again.status_code, again.get_json()["code"]) == (409, "VERIFICATION_ALREADY_ACCEPTED")
    after = verified.published()
    assert after["sampling_commitment"] == before["sampling_commitment"]
    assert after["sampling_plan"]["number"] == MINE


def test_a_stranger_draws_the_same_sample_also_when_one_has_left(verified: Verified) -> None:
    verified.submit(LOOSEST)
    verified.accept()
    population = f"{verified.public}/population"
    sample = drawn_by_a_stranger(verified.published(), verified.every(population))
    assert verified.sample() == sample
    assert len(sample) < len(verified.pooled)
    leaver = UUID(hex=sample[0][4:])
    (row,) = rows(
        verified.wiring, "select provider_id from action where action_id = :id", id=leaver
    )
    provider = verified.tokens("provider", tenant=row["provider_id"])
    path = f"/v1/actions/{sample[0]}/reversals"
    assert verified.http.post(path, {"reason": "A mistake."}, token=provider).status_code == 201
    after = drawn_by_a_stranger(verified.published(), verified.every(population))
    assert set(sample[1:]) < set(after)
    assert len(after) == len(sample)
    assert verified.sample() == after


def test_the_verifier_sees_the_evidence_whole_and_nobody_else_does(verified: Verified) -> None:
    verified.submit(LOOSEST)
    verified.accept()
    path = f"{verified.path}/sample"
    seen = verified.http.get(path, token=verified.verifier).get_json()["data"][0]
    shown = verified.http.get(path, token=verified.operator).get_json()["data"][0]
    (kept,) = in_the_clear(verified.wiring, "action_id = %s", (UUID(hex=seen["action_id"][4:]),))
    assert seen["evidence"] == kept.evidence
    assert shown["evidence"]["meter_id"].startswith("…")
    assert verified.http.get(path, token=verified.tokens("verifier")).status_code == 404


def test_a_cancelled_attempt_stays_on_record_with_what_it_shares(verified: Verified) -> None:
    verified.submit(LOOSEST)
    verified.accept()
    first, path = verified.bundle_id, verified.public
    run(verified.wiring, cancel_bundle, first, by=operator(), clock=StandingClock(NOW))
    task(verified.wiring, names.RELEASE_BUNDLE, first)
    verified.reopen()
    verified.submit(LOOSEST)
    step, seat = verified.published()["steps"]
    assert seat["said"]["how"] == "kept"
    assert step["said"]["overlaps"] == [
        {"bundle_id": public("bdl", first), "actions": len(verified.pooled)}
    ]
    ended = verified.http.get(path).get_json()
    assert [each["step"] for each in ended["steps"]] == ["submit", "seat", "accept", "cancel"]
    assert len(verified.every(f"{path}/population")) == len(verified.pooled)
    listed = [each["id"] for each in verified.every("/v1/registry/verifications")]
    assert listed == [public("bdl", verified.bundle_id), public("bdl", first)]
    with pytest.raises(Exception, match="only added"):
        rows(verified.wiring, "delete from verification_step returning step")


def test_what_was_under_verification_before_keeps_its_plan_and_sample(market: Wiring) -> None:
    pooled_pv(market)
    bundle_id, _ = submitted(market, methodology=PV)
    sampled = "select action_id from bundle_sample order by action_id"
    before = rows(market, sampled)
    as_it_was = {"id": bundle_id}
    rows(
        market,
        "update bundle set sampling_plan = sampling_plan - 'strata' - 'root' - 'secret' - 'number'"
        """ || '{"seed": "an older seed", "method": "simple"}' where bundle_id = :id returning 1""",
        **as_it_was,
    )
    lay_in_the_clear(market)
    back_and_up(market, BEFORE)
    assert rows(market, sampled) == before
    assert len(rows(market, "select 1 from bundle_population where stratum = 0")) == 3
    (kept,) = rows(market, "select sampling_plan ->> 'seed' as seed from bundle")
    assert kept["seed"] == "an older seed"
    app = create_app(market)
    answer = Http(app).get(f"/v1/registry/verifications/{public('bdl', bundle_id)}").get_json()
    assert answer["sampling_plan"]["method"] == "simple"


BEFORE = "0021"
