"""An issue goes to another registry: locked, delivered, answered; it never lives in both places.

The audit derives it apart, in its line ``hand_overs``.
"""

from __future__ import annotations

import json
from functools import partial

import pytest

from app.usecases.projects.answer_hand_over import answer_hand_over
from app.wiring import Wiring
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.registry.handing_over import (
    ForeignSerial,
    HandOverStateConflict,
    ReceiverAnswer,
)
from tests.builders.answers import key, refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, shut
from tests.builders.handed_over import HandingOver, manifest_of, sha256
from tests.builders.market import rows
from tests.builders.selling import retirement_of

__all__ = ["market", "shut"]

WHOLE = {"active": 850, "buffer": 150}


@pytest.fixture
def issue(market: Wiring) -> HandingOver:
    made = HandingOver(market)
    assert made.units() == WHOLE
    return made


def test_two_lock_it_and_no_unit_of_it_moves_until_the_answer(issue: HandingOver) -> None:
    prepared = issue.prepare()
    assert (prepared.status_code, prepared.json["state"]) == (201, "prepared"), prepared.text
    assert refusal(issue.prepare()) == (409, "HAND_OVER_UNDER_WAY")
    assert refusal(issue.step("deliver", "operator")) == (409, "HAND_OVER_STATE_CONFLICT")
    first = issue.step("lock", "operator")
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    assert issue.units() == WHOLE
    done = issue.step("lock", "authority")
    assert (done.status_code, done.json["state"]) == (200, "locked"), done.text
    assert issue.units() == {"locked": 1000}
    assert refusal(issue.package()) == (409, "HAND_OVER_STATE_CONFLICT")
    marsh = issue.marsh
    with pytest.raises(Refusal):
        marsh.run(retirement_of(marsh.wiring, marsh.owner.tenant_id, 1))
    (held,) = marsh.http.get("/v1/holdings", token=marsh.applicant.token).json["data"]
    assert (held["state"], held["quantity_t"]) == ("locked", "850")
    listing = {"block_id": held["id"], "quantity_t": "1", "price_fen_per_tonne": 100}
    offered = marsh.http.post("/v1/listings", listing, token=marsh.applicant.token, key=key())
    assert offered.status_code >= 400
    assert_books_balance(marsh.wiring)


def test_the_package_is_the_one_that_was_locked_and_names_the_hand_over(
    issue: HandingOver,
) -> None:
    one = issue.delivered()
    package = issue.package()
    assert (package.status_code, package.mimetype) == (200, "application/zip")
    manifest = manifest_of(package.data)
    assert sha256(manifest) == one["manifest_sha256"]
    told = json.loads(manifest)
    assert told["hand_over"] == one["name"]
    assert sorted(told["ranges"]) == one["serials"]
    assert (told["total_t"], told["reserve_t"]) == (850, 150)
    assert issue.package().data == package.data
    assert_books_balance(issue.marsh.wiring)


def test_what_was_accepted_is_cancelled_with_its_serials_there_on_record(
    issue: HandingOver,
) -> None:
    issue.delivered()
    said = issue.accepting()
    assert issue.step("answer", "operator", **said).status_code == 202
    assert issue.units() == {"locked": 1000}
    done = issue.step("answer", "authority", **said)
    assert (done.status_code, done.json["state"]) == (200, "accepted"), done.text
    assert issue.units() == {"cancelled": 1000}
    (one,) = issue.listed()
    assert one["receiver_number"] == "GZ-2027-0042"
    assert one["foreign_serials"] == said["serials"]
    marsh = issue.marsh
    for pair in said["serials"]:
        found = marsh.http.get(f"/v1/registry/blocks?serial={pair['ours']}").json["data"]
        (block,) = found
        assert block["state"] == "cancelled"
        assert block["handed_to"] == {
            "receiver": "广州碳排放权交易中心",
            "number": "GZ-2027-0042",
            "serial": pair["theirs"],
        }
    # Said once more it is the same, and nothing happens twice; said otherwise it is too late.
    again = issue.step("answer", "operator", **said)
    assert (again.status_code, again.json["state"]) == (200, "accepted")
    assert refusal(issue.step("answer", "operator", **issue.rejecting())) == (
        *(409, "HAND_OVER_STATE_CONFLICT"),
    )
    assert refusal(issue.prepare()) == (409, "HAND_OVER_UNDER_WAY")
    assert refusal(issue.step("unlock", "operator", reason="x")) == (
        *(409, "HAND_OVER_STATE_CONFLICT"),
    )
    (reserve,) = rows(
        marsh.wiring,
        "select mg from carbon_posting where debit_account = 'units'"
        " and credit_account = 'reserve'",
    )
    assert reserve["mg"] == 150_000_000_000
    events = rows(
        marsh.wiring,
        "select type from event where subject like '%/hand-overs/%' and not is_copy"
        " order by event_no",
    )
    assert [each["type"] for each in events] == [
        f"hand_over.{each}" for each in ("prepared", "locked", "delivered", "accepted")
    ]
    assert_books_balance(marsh.wiring)


def test_each_package_names_the_one_that_was_taken_over_before_it(issue: HandingOver) -> None:
    first = json.loads(manifest_of(issue.rebuilt().data))
    assert first["previous_sha256"] is None
    issue.delivered()
    issue.signing("answer", **issue.accepting())
    (taken,) = issue.listed()
    issue.period_id = issue.marsh.grown("2026-01-01", "2027-01-01", "200")
    issue.marsh.issue(issue.period_id)
    following = json.loads(manifest_of(issue.rebuilt().data))
    assert following["previous_sha256"] == taken["manifest_sha256"]


def test_an_answer_without_the_digest_of_the_manifest_is_refused(issue: HandingOver) -> None:
    issue.delivered()
    wrong = issue.accepting(manifest_sha256=64 * "a")
    assert refusal(issue.step("answer", "operator", **wrong)) == (422, "MANIFEST_DIGEST_WRONG")
    missing = {k: v for k, v in issue.accepting().items() if k != "manifest_sha256"}
    assert issue.step("answer", "operator", **missing).status_code == 422
    for changes in (
        {"serials": []},
        {"serials": issue.accepting()["serials"][:1]},
        {"serials": [{**each, "theirs": "CEX-1"} for each in issue.accepting()["serials"]]},
        {"reason": "x"},
    ):
        unfit = issue.step("answer", "operator", **issue.accepting(**changes))
        assert refusal(unfit) == (422, "RECEIVER_ANSWER_UNFIT")
    with_serials = issue.rejecting(serials=issue.accepting()["serials"])
    assert refusal(issue.step("answer", "operator", **with_serials)) == (
        *(422, "RECEIVER_ANSWER_UNFIT"),
    )
    assert issue.units() == {"locked": 1000}


def test_what_was_rejected_is_free_again_the_reason_is_kept_and_it_may_go_anew(
    issue: HandingOver,
) -> None:
    issue.delivered()
    done = issue.signing("answer", **issue.rejecting())
    assert (done.status_code, done.json["state"]) == (200, "rejected"), done.text
    assert done.json["reason"] == "账户名称不符。"
    assert issue.units() == WHOLE
    assert_books_balance(issue.marsh.wiring)
    second = issue.delivered(2)
    assert (second["number"], second["name"].rpartition("/")[2]) == (2, "2")
    assert second["manifest_sha256"] != issue.listed()[0]["manifest_sha256"]
    taken = issue.accepting(receiver_number="GZ-2027-0041")
    assert refusal(issue.step("answer", "operator", 2, **taken)) == (409, "RECEIVER_NUMBER_TAKEN")
    assert issue.signing("answer", 2, **issue.accepting()).json["state"] == "accepted"
    assert issue.units() == {"cancelled": 1000}
    assert_books_balance(issue.marsh.wiring)


def test_what_is_not_delivered_is_unlocked_for_a_reason(issue: HandingOver) -> None:
    issue.prepare()
    issue.signing("lock")
    done = issue.step("unlock", "authority", reason="The account is closed.")
    assert (done.status_code, done.json["state"]) == (200, "unlocked"), done.text
    assert issue.units() == WHOLE
    issue.delivered(2)
    late = issue.step("unlock", "authority", 2, reason="x")
    assert refusal(late) == (409, "HAND_OVER_STATE_CONFLICT")
    assert_books_balance(issue.marsh.wiring)


def test_what_is_sold_in_part_or_lost_is_not_locked(issue: HandingOver) -> None:
    issue.prepare()
    marsh = issue.marsh
    reported = marsh.reporting(marsh.applicant.token, marsh.lost("900"), key())
    assert reported.status_code == 201
    assert refusal(issue.step("lock", "operator")) == (409, "LOSS_OPEN")
    marsh.settling(("operator", "authority"), key())
    # The reserve gave a hundred tonnes: what is left is not what was issued.
    assert refusal(issue.step("lock", "operator")) == (409, "HAND_OVER_NOT_WHOLE")
    assert_books_balance(marsh.wiring)


def test_a_retired_tonne_keeps_the_issue_here(issue: HandingOver) -> None:
    issue.prepare()
    issue.step("lock", "operator")
    marsh = issue.marsh
    marsh.run(retirement_of(marsh.wiring, marsh.owner.tenant_id, 1))
    assert refusal(issue.step("lock", "authority")) == (409, "HAND_OVER_NOT_WHOLE")


def test_a_loss_waits_for_the_answer_and_lays_nothing_on_what_left(issue: HandingOver) -> None:
    marsh = issue.marsh
    issue.delivered()
    marsh.reporting(marsh.applicant.token, marsh.lost("900"), key())
    assert refusal(marsh.settling(("operator",), key())) == (409, "HAND_OVER_UNDER_WAY")
    assert issue.signing("answer", **issue.accepting()).status_code == 200
    settled = marsh.settling(("operator", "authority"), key())
    assert (settled.status_code, settled.json["state"]) == (200, "settled")
    assert rows(marsh.wiring, "select * from loss_part") == []
    assert issue.units() == {"cancelled": 1000}
    assert_books_balance(marsh.wiring)


def test_two_answers_at_once_end_it_once(issue: HandingOver) -> None:
    one = issue.delivered()
    marsh = issue.marsh
    said = issue.accepting()
    accepted = ReceiverAnswer(
        "accept",
        "GZ-1",
        bytes.fromhex(one["manifest_sha256"]),
        tuple(ForeignSerial(**each) for each in said["serials"]),
    )
    rejected = ReceiverAnswer("reject", "GZ-2", accepted.manifest_digest, (), "x")
    operator, authority = marsh.by("operator"), marsh.by("authority")

    def answering(answer: ReceiverAnswer, by: Viewer) -> object:
        return marsh.run(
            answer_hand_over, issue.period_id, 1, answer, by=by, clock=marsh.wiring.clock
        )

    for answer in (accepted, rejected):
        answering(answer, operator)
    ended = at_once(
        [partial(answering, each, authority) for each in (accepted, rejected, accepted, rejected)]
    )
    late = [each for each in ended if isinstance(each, HandOverStateConflict)]
    assert len(late) == 2, ended
    (stands,) = issue.listed()
    assert issue.units() == ({"cancelled": 1000} if stands["state"] == "accepted" else WHOLE)
    assert_books_balance(marsh.wiring)


def test_a_lock_and_a_retirement_at_once_leave_one_of_them(issue: HandingOver) -> None:
    issue.prepare()
    issue.step("lock", "operator")
    marsh = issue.marsh
    retire = retirement_of(marsh.wiring, marsh.owner.tenant_id, 1)
    locked, retired = at_once(
        [partial(issue.step, "lock", "authority"), partial(marsh.run, retire)]
    )
    if isinstance(retired, Refusal):
        assert locked.status_code == 200, locked.text
        assert issue.units() == {"locked": 1000}
    else:
        assert refusal(locked) == (409, "HAND_OVER_NOT_WHOLE")
    assert_books_balance(marsh.wiring)


def test_who_may_not_see_the_period_hands_nothing_over(issue: HandingOver) -> None:
    tokens = issue.marsh.tokens
    assert issue.prepare(tokens("enterprise")).status_code == 404
    assert issue.prepare(tokens("verifier")).status_code == 403
    issue.delivered()
    assert refusal(issue.step("deliver", "operator", 2)) == (404, "NOT_FOUND")
    path = f"{issue.path}/hand-overs"
    assert issue.marsh.http.get(path, token=tokens("enterprise")).status_code == 404
    stranger = issue.marsh.http.get(
        f"{issue.path}/hand-over/package.zip", token=tokens("enterprise")
    )
    assert stranger.status_code == 404


BREAKS = {
    # What lives here and there: nobody's holdings moved by it.
    "update unit_block set state = 'active', closed_at = null where block_id in"
    " (select block_id from hand_over_block) and not for_reserve": [
        *("holdings_moved", "hand_overs", "events_tell_states"),
    ],
    # An answer, and a manifest, that nobody signed.
    "update hand_over set answer_number = 'GZ-9' where state = 'accepted'": ["hand_overs"],
    "update hand_over set manifest_digest = decode(repeat('00', 32), 'hex')": ["hand_overs"],
    # What was locked is no issue, and what is called something there is not on record.
    "delete from foreign_serial": ["hand_overs"],
    "delete from hand_over_package": ["hand_overs"],
}


def test_the_audit_sees_what_lives_in_both_places(issue: HandingOver) -> None:
    issue.delivered()
    issue.signing("answer", **issue.accepting())
    assert_books_balance(issue.marsh.wiring)
    assert_each_is_seen(issue.marsh.wiring, BREAKS)
