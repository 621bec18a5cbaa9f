"""A verifier has working days to accept and to conclude; then another one is drawn, on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.clock import Clock
from app.ids import public
from app.outbox import names
from app.wiring import Wiring
from rewards.pooling.terms import verifier_terms
from tests.builders.at_once import at_once
from tests.builders.audit import audited
from tests.builders.empty_market import market, shut
from tests.builders.market import bundle, rows, task
from tests.builders.verifier_pool import NUMBER, Pool

__all__ = ["market", "shut"]


@pytest.fixture
def pool(market: Wiring, tmp_path: Path) -> Pool:
    """Two verifiers, and a clock that can be moved."""
    made = Pool(replace(market, clock=Clock(tmp_path / "clock")))
    for _ in range(2):
        made.verifier()
    return made


def moved_to(pool: Pool, moment: str, *, and_seconds: int = 1) -> None:
    """The programme's clock shows this moment, and so many seconds more; a part of one is lost."""
    ahead = datetime.fromisoformat(moment) - pool.wiring.clock.now()
    pool.wiring.clock.advance(int(ahead / timedelta(seconds=1)) + and_seconds)


def replaced(pool: Pool) -> int:
    return int(task(pool.wiring, names.REPLACE_VERIFIERS, UUID(int=0))["replaced"])


def org(text: str) -> UUID:
    return UUID(hex=text.removeprefix("org_"))


def code(answer: Any) -> str:
    return str(answer.get_json()["code"])


def own_seats(pool: Pool, verifier: UUID) -> list[Any]:
    answer = pool.http.get("/v1/verifiers/self/seats", token=pool.token(verifier))
    return list(answer.get_json()["data"])


def drawn(pool: Pool, path: str, verifier: UUID) -> list[str]:
    answer = pool.http.get(f"{path}/sample", token=pool.token(verifier))
    return [each["action_id"] for each in answer.get_json()["data"]]


def test_who_does_not_answer_loses_the_bundle_to_another_and_is_told(pool: Pool) -> None:
    path = pool.reported()
    made = pool.submit(path).get_json()
    first = org(made["verifier_id"])
    terms, seated_at = verifier_terms(pool.wiring.programme), own_seats(pool, first)[0]["seated_at"]
    assert datetime.fromisoformat(made["verify_by"]) == terms.accept_by(
        datetime.fromisoformat(seated_at)
    )
    assert own_seats(pool, first)[0]["verify_by"] == made["verify_by"]
    moved_to(pool, made["verify_by"], and_seconds=-60)
    assert replaced(pool) == 0
    moved_to(pool, made["verify_by"])
    late = pool.post(f"{path}/accept", NUMBER, first)
    assert (late.status_code, code(late)) == (409, "VERIFICATION_LAPSED")
    assert replaced(pool) == 1
    assert replaced(pool) == 0
    (end,) = pool.steps(path, "unseat")
    assert (end["why"], end["verifier_id"], end["until"]) == (
        "unanswered",
        public("org", first),
        made["verify_by"],
    )
    second = pool.steps(path, "seat")[1]
    assert second["instead_of"] == {public("org", first): ["lapsed"]}
    assert second["verifier_id"] != public("org", first)
    (told,) = own_seats(pool, first)
    assert (told["bundle_id"][-32:], told["ended_for"], told["verify_by"]) == (
        path[-32:],
        "unanswered",
        None,
    )
    assert pool.post(f"{path}/accept", NUMBER, org(second["verifier_id"])).status_code == 200
    assert all(each.ok for each in audited(pool.wiring))


def test_nobody_is_asked_twice_and_with_nobody_left_the_authority_sees_it(pool: Pool) -> None:
    path = pool.reported()
    pool.submit(path)
    seen = []
    for _ in range(2):
        published = pool.published(path)
        seen.append(org(published["sampling_plan"]["verifier_id"]))
        moved_to(pool, published["verify_by"])
        assert replaced(pool) == 1
    kinds = [each["step"] for each in pool.published(path)["steps"]]
    assert kinds == ["submit", "seat", "unseat", "seat", "unseat", "vacant"]
    assert pool.published(path)["verify_by"] is None
    again = pool.http.post(f"{path}/verifier/draw", token=pool.authority)
    assert code(again) == "NO_VERIFIER_LEFT"
    assert list(again.get_json()["details"]["left_out"].values()) == [["lapsed"]] * 2
    assert code(pool.approve(path, seen[0])) == "VERIFIER_CONFLICT"
    third = pool.verifier()
    answer = pool.http.post(f"{path}/verifier/draw", token=pool.authority).get_json()
    assert answer["verifier_id"] == public("org", third)


def test_who_accepts_and_gives_no_opinion_leaves_an_attempt_on_record(pool: Pool) -> None:
    path = pool.reported()
    first = org(pool.submit(path).get_json()["verifier_id"])
    accepted = pool.post(f"{path}/accept", NUMBER, first).get_json()
    before, looked_at = pool.published(path), drawn(pool, path, first)
    said = {"findings": [{"action_id": looked_at[0], "found_kg": "1", "note": "No meter there."}]}
    assert pool.post(f"{path}/findings", said, first).status_code == 200
    moved_to(pool, accepted["verify_by"])
    for late in (
        pool.post(f"{path}/findings", said, first),
        pool.post(f"{path}/opinion", {"opinion": "negative", "statement": "Late."}, first),
    ):
        assert code(late) == "VERIFICATION_LAPSED"
    assert replaced(pool) == 1
    (end,) = pool.steps(path, "unseat")
    assert (end["why"], end["drawn"], end["found"]) == ("unfinished", len(looked_at), 1)
    assert int(end["overstated_mg"]) > 10**9
    second = org(pool.steps(path, "seat")[1]["verifier_id"])
    earlier: list[Any] = []
    cursor = ""
    while cursor or not earlier:
        asked = f"{path}/earlier-findings?limit=1{cursor}"
        part = pool.http.get(asked, token=pool.token(second)).get_json()
        earlier += part["data"]
        cursor = f"&cursor={part['next_cursor']}" if part["has_more"] else ""
    assert [each["attempt"] for each in earlier] == [1] * len(looked_at)
    found = {each["action_id"]: (each["found_kg"], each["note"]) for each in earlier}
    assert found.keys() == set(looked_at)
    assert found[looked_at[0]] == ("1.000000", "No meter there.")
    assert drawn(pool, path, second) == []
    # The first secret is known to everybody by now, so the next draw goes by another one.
    after = pool.published(path)
    assert before["sampling_commitment"] == end["commitment_before"]
    assert after["sampling_commitment"] == end["commitment"] != end["commitment_before"]
    assert (after["sampling_plan"]["seed"], after["sampling_plan"]["secret"]) == ("", None)
    assert pool.post(f"{path}/accept", {"number": "161803398874"}, second).status_code == 200
    plan = pool.published(path)["sampling_plan"]
    secret = bytes.fromhex(plan["secret"])
    assert hashlib.sha256(secret).hexdigest() == end["commitment"]
    made_of = secret + plan["number"].encode() + bytes.fromhex(plan["root"])
    assert hashlib.sha256(made_of).hexdigest() == plan["seed"]
    finds = [{"action_id": each} for each in drawn(pool, path, second)]
    assert pool.post(f"{path}/findings", {"findings": finds}, second).status_code == 200
    opinion = {"opinion": "positive", "statement": "Reasonable assurance."}
    assert pool.post(f"{path}/opinion", opinion, second).get_json()["state"] == "verified"
    assert all(each.ok for each in audited(pool.wiring))
    with pytest.raises(Exception, match="never changed or deleted"):
        rows(pool.wiring, "delete from earlier_sample returning action_id")


def test_whoever_had_a_bundle_before_there_were_days_has_them_from_now_on(pool: Pool) -> None:
    path = pool.reported()
    pool.submit(path)
    rows(pool.wiring, "update bundle set verify_by = null returning 1")
    assert replaced(pool) == 0
    given = bundle(pool.wiring, UUID(hex=path[-32:])).verify_by
    assert given is not None
    assert given > datetime.now(UTC) + timedelta(days=4)
    moved_to(pool, given.isoformat())
    assert replaced(pool) == 1


def test_who_was_removed_from_the_pool_and_has_not_accepted_is_replaced(pool: Pool) -> None:
    path = pool.reported()
    first = pool.submit(path).get_json()["verifier_id"]
    why = {"reason": "Its accreditation lapsed."}
    gone = pool.by_two(f"/v1/verifiers/{first}/removal", why)
    assert gone.status_code == 201
    asked = "select count(*) as n from task where name = :name and state = 'waiting'"
    assert rows(pool.wiring, asked, name=names.REPLACE_VERIFIERS)[0]["n"] > 0
    assert replaced(pool) == 1
    (end,) = pool.steps(path, "unseat")
    assert (end["why"], end["obstacle"]) == ("unfree", "outside")


@pytest.mark.parametrize("attempt", range(4))
def test_an_acceptance_beside_the_end_of_the_days_is_one_of_them(pool: Pool, attempt: int) -> None:
    path = pool.reported()
    made = pool.submit(path).get_json()
    accept = partial(
        pool.http.post, f"{path}/accept", NUMBER, token=pool.token(org(made["verifier_id"]))
    )
    moved_to(pool, made["verify_by"])
    work: list[Callable[[], Any]] = [accept, partial(replaced, pool), partial(replaced, pool)]
    answers = at_once(work if attempt % 2 else work[::-1])
    accepted = answers[0] if attempt % 2 else answers[-1]
    assert accepted.status_code in (404, 409)
    assert len(pool.steps(path, "seat")) == 2
    assert len(pool.steps(path, "unseat")) == 1
