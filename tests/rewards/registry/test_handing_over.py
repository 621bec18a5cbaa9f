"""A hand-over's states and steps, and what an answer must say."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from rewards.registry.handing_over import (
    ACCEPT,
    DELIVER,
    DELIVERED,
    GIVEN,
    HOLDS_UNITS,
    LOCK,
    PREPARED,
    REJECT,
    STANDS,
    STATES,
    STEPS,
    ForeignSerial,
    HandOver,
    HandOverStateConflict,
    ManifestDigestWrong,
    ReceiverAnswer,
    ReceiverAnswerUnfit,
)

NOW = datetime(2027, 3, 1, tzinfo=UTC)
DIGEST = bytes(range(32))
OURS = ("A-1", "A-2")
THEIRS = (ForeignSerial("A-2", "X-2"), ForeignSerial("A-1", "X-1"))
ACCEPTED = ReceiverAnswer(ACCEPT, "GZ-1", DIGEST, THEIRS)
REJECTED = ReceiverAnswer(REJECT, "GZ-1", DIGEST, (), "x")


def handed(state: str) -> HandOver:
    some = UUID(int=1)
    return HandOver(
        *(some, 1, some, some, "exchange", "GZ", "GD-1", "91350100M000100Y43", state, some),
        *(NOW, NOW, DIGEST),
    )


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", STATES)
def test_a_step_leads_where_the_table_says_or_is_refused(state: str, step: str) -> None:
    needs, leads_to, _ = STEPS[step]
    if state in needs:
        assert handed(state).move(step, now=NOW).state == leads_to
    else:
        with pytest.raises(HandOverStateConflict):
            handed(state).move(step, now=NOW)


def test_nothing_leads_out_of_what_is_over_and_only_the_answer_out_of_what_is_delivered() -> None:
    begins = {state for step in STEPS.values() for state in step.needs}
    assert set(STATES) - begins == {"accepted", "rejected", "unlocked"}
    assert {name for name, step in STEPS.items() if DELIVERED in step.needs} == {ACCEPT, REJECT}
    assert set(HOLDS_UNITS) <= set(STANDS)
    assert set(GIVEN) & {PREPARED, "locked", "unlocked"} == set()


def test_the_digest_stays_with_it_from_the_lock_on() -> None:
    fresh = handed(PREPARED).move(LOCK, now=NOW, manifest_digest=DIGEST[::-1])
    delivered = fresh.move(DELIVER, now=NOW)
    assert delivered.manifest_digest == DIGEST[::-1]
    accepted = delivered.answered(ACCEPTED, now=NOW)
    assert (accepted.state, accepted.answer_number, accepted.reason) == ("accepted", "GZ-1", None)
    assert delivered.answered(REJECTED, now=NOW).reason == "x"


def test_an_answer_names_this_manifest_or_is_refused() -> None:
    ACCEPTED.check(DIGEST, OURS)
    REJECTED.check(DIGEST, OURS)
    for digest in (None, DIGEST[::-1]):
        with pytest.raises(ManifestDigestWrong):
            ACCEPTED.check(digest, OURS)


@pytest.mark.parametrize(
    ("answer", "case"),
    [
        (ACCEPTED._replace(serials=THEIRS[:1]), "ours"),
        (ACCEPTED._replace(serials=(*THEIRS, ForeignSerial("A-3", "X-3"))), "ours"),
        (ACCEPTED._replace(serials=(THEIRS[0], THEIRS[0])), "ours"),
        (ACCEPTED._replace(serials=(THEIRS[0], ForeignSerial("A-1", "X-2"))), "twice"),
        (ACCEPTED._replace(reason="x"), "reason"),
        (REJECTED._replace(reason=None), "reason"),
        (REJECTED._replace(serials=THEIRS), "serials"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(answer: ReceiverAnswer, case: str) -> None:
    with pytest.raises(ReceiverAnswerUnfit) as refused:
        answer.check(DIGEST, OURS)
    assert refused.value.case == case


def test_two_sign_the_same_answer_in_whatever_order_its_serials_stand() -> None:
    turned = ACCEPTED._replace(serials=THEIRS[::-1])
    assert turned.signed_digest == ACCEPTED.signed_digest
    others = [
        ACCEPTED._replace(number="GZ-2"),
        ACCEPTED._replace(manifest_digest=DIGEST[::-1]),
        ACCEPTED._replace(serials=(THEIRS[0], ForeignSerial("A-1", "X-9"))),
        REJECTED,
        REJECTED._replace(reason="y"),
    ]
    assert len({each.signed_digest for each in (ACCEPTED, *others)}) == 6


def test_the_same_answer_once_more_is_known() -> None:
    accepted = handed(DELIVERED).answered(ACCEPTED, now=NOW)
    assert accepted.says_so(ACCEPTED)
    assert not accepted.says_so(REJECTED)
    assert not accepted.says_so(ACCEPTED._replace(number="GZ-2"))
    assert not handed(DELIVERED).says_so(ACCEPTED)
