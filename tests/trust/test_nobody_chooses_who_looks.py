"""Who verifies is drawn from a pool that the operator does not keep, less everybody who is tied."""

from __future__ import annotations

import hashlib
from functools import partial
from uuid import UUID

import pytest

from app.ids import public
from app.wiring import Wiring
from tests.builders.at_once import at_once
from tests.builders.audit import audited
from tests.builders.earlier import back_and_up
from tests.builders.empty_market import market, shut
from tests.builders.market import (
    PV,
    an_independent_verifier,
    pooled_pv,
    rows,
    submitted,
)
from tests.builders.people import an_organisation
from tests.builders.sealed import lay_in_the_clear, seal_again
from tests.builders.verifier_pool import FREE, NUMBER, Pool

__all__ = ["market", "shut"]


@pytest.fixture
def pool(market: Wiring) -> Pool:
    return Pool(market)


def hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def org(text: str) -> UUID:
    return UUID(hex=text.removeprefix("org_"))


def test_a_stranger_repeats_the_draw(pool: Pool) -> None:
    members = [public("org", pool.verifier()) for _ in range(4)]
    path = pool.reported()
    made = pool.submit(path).get_json()
    (seat,) = pool.steps(path, "seat")
    assert sorted(seat["candidates"]) == sorted(members)
    ranked = sorted(seat["candidates"], key=lambda name: hashed(seat["draw"] + name))
    assert made["verifier_id"] == seat["verifier_id"] == ranked[0]
    assert (seat["how"], seat["attempt"], seat["left_out"]) == ("drawn", 1, {})
    assert pool.post(f"{path}/accept", NUMBER, org(ranked[0])).status_code == 200
    plan = pool.published(path)["sampling_plan"]
    made_of = b"verifier" + bytes.fromhex(plan["secret"]) + bytes.fromhex(plan["root"]) + b"1"
    assert hashlib.sha256(made_of).hexdigest() == seat["draw"]
    assert plan["verifier_id"] == ranked[0]


def test_who_is_tied_is_left_out_and_everybody_reads_why(pool: Pool) -> None:
    buyer = an_organisation(pool.wiring, "enterprise")
    provider = public("org", pool.provider)
    of_group = {"group": "Lotus Holding"}
    tied = {
        pool.verifier(declared=None): "undeclared",
        pool.verifier(declared={"interests": [provider]}): "interest",
        pool.verifier(declared={"interests": [public("org", buyer)]}): "interest",
        pool.verifier(declared={"of_operator": True}): "operator",
        pool.verifier(declared=of_group): "group",
        pool.verifier(behaviours=["metro_ride"]): "scope",
    }
    stated = pool.verifier()
    for about, ties in (
        (provider, {**FREE, "group": "ＬＯＴＵＳ-holding"}),
        (public("org", stated), {"interests": [provider], "of_operator": False}),
    ):
        path = f"/v1/organisations/{about}/ties"
        assert pool.by_two(path, ties).status_code == 201
    tied[stated] = "interest"
    path = pool.reported()
    refused = pool.submit(path)
    assert (refused.status_code, refused.get_json()["code"]) == (409, "NO_VERIFIER_LEFT")
    against = {public("org", each): [reason] for each, reason in tied.items()}
    assert refused.get_json()["details"]["left_out"] == against
    free = public("org", pool.verifier())
    assert pool.submit(path).get_json()["verifier_id"] == free
    (seat,) = pool.steps(path, "seat")
    assert (seat["candidates"], seat["left_out"]) == ([free], against)
    for each, reason in tied.items():
        answer = pool.approve(path, each).get_json()
        assert answer["code"] == ("VERIFIER_SEATED" if reason == "scope" else "VERIFIER_CONFLICT")


def test_the_operator_names_nobody(pool: Pool) -> None:
    mine, path = pool.verifier(), pool.reported()
    answer = pool.submit(path, verifier_id=public("org", mine))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "VERIFIER_NOT_APPROVED")
    body = {"verifier_id": public("org", mine), "reason": "Mine."}
    for token in (pool.operator, pool.token(mine)):
        assert pool.http.post(f"{path}/verifier", body, token=token).status_code == 403
    other = an_independent_verifier(pool.wiring)
    admission = {"organisation_id": public("org", other), "reason": "Mine."}
    alone = pool.http.post("/v1/verifiers", admission, token=pool.operator)
    assert (alone.status_code, alone.json["awaiting"]) == (202, ["authority"])
    assert pool.http.post("/v1/verifiers", admission, token=pool.token(mine)).status_code == 403
    assert pool.http.post("/v1/verifiers/self/ties", FREE, token=pool.operator).status_code == 403


def test_who_verified_one_of_the_last_three_is_not_drawn_for_the_next(pool: Pool) -> None:
    members = {pool.verifier() for _ in range(4)}
    drawn = []
    for _ in range(5):
        pooled_pv(pool.wiring, people=1)
        drawn.append(org(pool.submit(pool.reported()).get_json()["verifier_id"]))
    assert set(drawn[:4]) == members
    assert drawn[4] == drawn[0]


def test_an_approval_by_name_is_published_with_what_it_sets_aside(pool: Pool) -> None:
    outside, drawable = an_independent_verifier(pool.wiring), pool.verifier()
    path = pool.reported()
    assert pool.approve(path, outside).status_code == 200
    assert pool.submit(path).get_json()["verifier_id"] == public("org", outside)
    (approval,), (seat,) = pool.steps(path, "approve"), pool.steps(path, "seat")
    assert approval["reason"] == "The only one with the skill."
    assert (seat["how"], seat["set_aside"]) == ("approved", ["outside"])
    replaced = pool.approve(path, drawable)
    assert replaced.get_json()["code"] == "VERIFIER_SEATED"
    assert pool.post(f"{path}/accept", NUMBER, outside).status_code == 200


def test_who_declines_is_on_record_for_ever_and_another_is_drawn(pool: Pool) -> None:
    for _ in range(2):
        pool.verifier()
    path = pool.reported()
    first = org(pool.submit(path).get_json()["verifier_id"])
    busy = {"reason": "No people until autumn."}
    second = org(pool.post(f"{path}/decline", busy, first).get_json()["verifier_id"])
    assert second != first
    assert pool.post(f"{path}/accept", NUMBER, first).status_code == 404
    assert pool.post(f"{path}/decline", busy, second).get_json()["verifier_id"] is None
    again = pool.http.post(f"{path}/verifier/draw", token=pool.operator)
    assert (again.status_code, again.get_json()["code"]) == (409, "NO_VERIFIER_LEFT")
    reasons = again.get_json()["details"]["left_out"].values()
    assert list(reasons) == [["declined"], ["declined"]]
    assert pool.approve(path, first).get_json()["code"] == "VERIFIER_CONFLICT"
    third = pool.verifier()
    drawn = pool.http.post(f"{path}/verifier/draw", token=pool.operator)
    assert drawn.get_json()["verifier_id"] == public("org", third)
    kinds = [each["step"] for each in pool.published(path)["steps"]]
    assert kinds == ["submit", "seat", "decline", "seat", "decline", "vacant", "seat"]
    declined = [each["verifier_id"] for each in pool.steps(path, "decline")]
    assert declined == [public("org", each) for each in (first, second)]
    assert pool.post(f"{path}/accept", NUMBER, third).status_code == 200
    late = pool.post(f"{path}/decline", busy, third)
    assert late.get_json()["code"] == "VERIFICATION_ALREADY_ACCEPTED"
    with pytest.raises(Exception, match="never changed or deleted"):
        rows(pool.wiring, "delete from verifier_refusal returning reason")


def test_to_cancel_and_open_anew_draws_nobody_else(pool: Pool) -> None:
    for _ in range(6):
        pool.verifier()
    path = pool.reported()
    first = pool.submit(path).get_json()["verifier_id"]
    for _ in range(3):
        pool.cancel(path)
        path = pool.reported()
        assert pool.submit(path).get_json()["verifier_id"] == first
        assert pool.steps(path, "seat")[0]["how"] == "kept"


def test_what_comes_up_after_the_draw_counts_until_it_is_accepted(pool: Pool) -> None:
    seated, path = pool.verifier(), pool.reported()
    pool.submit(path)
    early = pool.http.post(f"{path}/verifier/draw", token=pool.authority)
    assert early.get_json()["code"] == "VERIFIER_SEATED"
    pool.declare(seated, interests=[public("org", pool.provider)])
    refused = pool.post(f"{path}/accept", NUMBER, seated).get_json()
    assert (refused["code"], refused["details"]["organisation_id"]) == (
        "VERIFIER_CONFLICT",
        public("org", pool.provider),
    )
    removed = pool.verifier()
    drawn = pool.http.post(f"{path}/verifier/draw", token=pool.authority)
    assert drawn.get_json()["verifier_id"] == public("org", removed)
    assert pool.steps(path, "seat")[1]["instead_of"] == {public("org", seated): ["interest"]}
    gone = f"/v1/verifiers/{public('org', removed)}/removal"
    why = {"reason": "Its accreditation lapsed."}
    assert pool.by_two(gone, why).status_code == 201
    assert pool.http.post(gone, why, token=pool.authority).get_json()["code"] == "NOT_IN_POOL"
    refused = pool.post(f"{path}/accept", NUMBER, removed).get_json()
    assert refused["code"] == "VERIFIER_CONFLICT"
    listed = {each["id"]: each for each in pool.http.get("/v1/registry/verifiers").json["data"]}
    told = listed[public("org", removed)]
    assert [each["admitted"] for each in told["pool"]] == [True, False]
    assert told["in_pool"] is False


def test_two_draws_at_once_seat_one(pool: Pool) -> None:
    seated, path = pool.verifier(), pool.reported()
    pool.submit(path)
    pool.post(f"{path}/decline", {"reason": "No people."}, seated)
    for _ in range(3):
        pool.verifier()
    draw = partial(pool.http.post, f"{path}/verifier/draw", token=pool.operator)
    answers = at_once([draw] * 4)
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert len(pool.steps(path, "seat")) == 2


def test_bundles_that_are_submitted_at_once_go_to_different_verifiers(pool: Pool) -> None:
    for _ in range(4):
        pool.verifier()
    paths = [pool.reported()]
    for _ in range(3):
        pooled_pv(pool.wiring, people=1)
        paths.append(pool.reported())
    answers = at_once([partial(pool.submit, path) for path in paths])
    drawn = [each.get_json()["verifier_id"] for each in answers]
    assert len(set(drawn)) == 4


@pytest.mark.parametrize("attempt", range(4))
def test_a_refusal_beside_an_acceptance_is_one_of_them(pool: Pool, attempt: int) -> None:
    seated, path = pool.verifier(), pool.reported()
    pool.submit(path)
    token = pool.token(seated)
    calls = [
        partial(pool.http.post, f"{path}/accept", NUMBER, token=token),
        partial(pool.http.post, f"{path}/decline", {"reason": "No people."}, token=token),
    ]
    accepted, declined = at_once(calls if attempt % 2 else calls[::-1])[:: 1 if attempt % 2 else -1]
    assert {accepted.status_code, declined.status_code} in ({200, 404}, {200, 409})
    kinds = {each["step"] for each in pool.published(path)["steps"]}
    assert ("accept" in kinds) == (accepted.status_code == 200)
    assert ("decline" in kinds) == (declined.status_code == 200)


def test_the_audit_names_a_bundle_whose_verifier_was_never_seated(pool: Pool) -> None:
    pool.verifier()
    path = pool.reported()
    pool.submit(path)
    found = {each.name: each for each in audited(pool.wiring)}
    assert (found["verifiers_seated"].count, found["verifiers_seated"].ok) == (1, True)
    stranger = an_independent_verifier(pool.wiring)
    rows(pool.wiring, "update bundle set verifier_id = :id returning 1", id=stranger)
    found = {each.name: each for each in audited(pool.wiring)}
    assert not found["verifiers_seated"].ok


def test_whom_the_operator_named_before_goes_on_and_counts_for_the_rotation(
    market: Wiring,
) -> None:
    pooled_pv(market)
    bundle_id, verifier = submitted(market, methodology=PV)
    lay_in_the_clear(market)
    back_and_up(market, BEFORE)
    seal_again(market)
    (seat,) = rows(market, "select bundle_id, verifier_id, attempt, how from verifier_seat")
    assert seat == {
        "bundle_id": bundle_id,
        "verifier_id": verifier,
        "attempt": 1,
        "how": "named",
    }
    assert all(each.ok for each in audited(market))


BEFORE = "0029"
