"""Which rows of the log a step owes, and what each says, from what its transaction told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, product
from typing import Any
from uuid import UUID

import pytest

from behaviours.json_value import JsonObject
from behaviours.logbook import LogEntry, LoggedSubject
from rewards.logged_step import Acting, StepTold, ToldSignature, entries_of
from rewards.signing import Signature

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=2)
ANN, BEN, FIRM = (UUID(int=number) for number in (1, 2, 3))
BUNDLE, BLOCK, OFFER = (
    LoggedSubject("bundle", "bdl_1"),
    LoggedSubject("block", "blk_1"),
    LoggedSubject("offer", "ofr_1"),
)


def acting(**changes: Any) -> Acting:
    """An operator by name who is about to seal a bundle."""
    who = Acting(
        "bundle.seal",
        "operator",
        lambda: NOW,
        user_id=ANN,
        subject=BUNDLE,
        reason="It is so.",
        request_id="req-1",
        address="203.0.113.0/24",
    )
    return replace(who, **changes)


def told(**new: JsonObject) -> StepTold:
    """A run that wrote these members, by the kind of thing, in this order."""
    things = {each.kind: each for each in (BUNDLE, BLOCK, OFFER)}
    return StepTold(new={things[kind]: members for kind, members in new.items()})


def signed_by(user_id: UUID, *others: UUID, role: str = "authority") -> ToldSignature:
    return ToldSignature(
        "seal", Signature(role, user_id, EARLIER), (*others, user_id), "bundle.sign"
    )


def rows(who: Acting | None, said: StepTold) -> list[tuple[LogEntry, bool]]:
    ids: Iterator[int] = count(100)
    return list(entries_of(who, said, new_id=lambda: UUID(int=next(ids))))


def test_a_step_is_one_row_with_who_took_it_and_what_became_other() -> None:
    said = told(bundle={"state": "sealing", "vintage": 2026})
    said.old[BUNDLE] = {"state": "noticed", "vintage": 2026}
    [(entry, only_if_written)] = rows(acting(organisation_id=FIRM, client_id="c-1"), said)
    assert entry == LogEntry(
        entry_id=UUID(int=100),
        taken_at=NOW,
        verb="bundle.seal",
        role="operator",
        user_id=ANN,
        client_id="c-1",
        organisation_id=FIRM,
        subject=BUNDLE,
        changes={"state": {"old": "noticed", "new": "sealing"}},
        reason="It is so.",
        signed=None,
        signers=(),
        request_id="req-1",
        address="203.0.113.0/24",
    )
    assert not only_if_written, "what became other was written"


def test_a_thing_that_is_new_was_nothing_before_and_one_that_is_gone_is_nothing_now() -> None:
    said = told(bundle={"state": "draft"}, block={})
    said.old[BLOCK] = {"state": "active"}
    first, second = (entry.changes for entry, _ in rows(acting(), said))
    assert first == {"state": {"old": None, "new": "draft"}}
    assert second == {"state": {"old": "active", "new": None}}


def test_each_thing_has_its_row_the_one_that_was_meant_first() -> None:
    said = told(block={"state": "split"}, offer={"left": 1}, bundle={"state": "sealed"})
    assert [entry.subject for entry, _ in rows(acting(), said)] == [BUNDLE, BLOCK, OFFER]
    assert [entry.entry_id.int for entry, _ in rows(acting(), said)] == [100, 101, 102]


def test_a_thing_that_was_told_and_stayed_the_same_has_no_row_of_its_own() -> None:
    said = told(bundle={"state": "sealed"}, block={"state": "split"})
    said.old[BUNDLE] = {"state": "sealed"}
    assert [entry.subject for entry, _ in rows(acting(), said)] == [BLOCK]


@pytest.mark.parametrize(
    ("always", "logged", "only_if_written"),
    [
        # To read what is others' is a row though nothing is written: once.
        (True, False, False),
        (True, True, True),
        (False, False, True),
        (False, True, True),
    ],
)
def test_a_step_that_changed_nothing_is_a_row_if_it_wrote_or_if_it_always_is(
    *, always: bool, logged: bool, only_if_written: bool
) -> None:
    [(entry, found)] = rows(acting(always=always, logged=logged), StepTold())
    assert (entry.subject, entry.changes, found) == (BUNDLE, {}, only_if_written)


def test_a_step_that_names_nothing_is_about_what_it_answered_with() -> None:
    said = replace(StepTold(), answered=OFFER)
    assert rows(acting(subject=None), said)[0][0].subject == OFFER
    assert rows(acting(), said)[0][0].subject == BUNDLE
    assert rows(acting(subject=None), StepTold())[0][0].subject is None


def test_a_step_over_several_transactions_is_told_by_the_first_of_them() -> None:
    said = told(bundle={"state": "sealing"})
    assert len(rows(acting(at_once=True), said)) == 1
    assert rows(acting(at_once=True, logged=True), said) == []
    # Another kind of step is a row for each transaction that changes something.
    assert len(rows(acting(logged=True), said)) == 1


def test_a_signature_is_a_row_with_everybody_who_has_signed_by_now() -> None:
    said = replace(StepTold(), signed={BUNDLE: signed_by(ANN, BEN)})
    [(entry, only_if_written)] = rows(acting(), said)
    assert (entry.signed, entry.signers) == ("seal", (BEN, ANN))
    assert (entry.verb, entry.taken_at) == ("bundle.seal", EARLIER)
    assert not only_if_written


@pytest.mark.parametrize(
    ("user_id", "role"), [(ANN, "operator"), (None, "authority")], ids=["by name", "by program"]
)
def test_who_signs_by_name_has_the_own_role_and_a_program_that_of_the_signature(
    user_id: UUID | None, role: str
) -> None:
    said = replace(StepTold(), signed={BUNDLE: signed_by(BEN)})
    [(entry, _)] = rows(acting(user_id=user_id), said)
    assert (entry.user_id, entry.role) == (BEN, role)


def test_a_signature_that_sealed_is_one_row_with_the_change() -> None:
    said = told(bundle={"state": "sealing"})
    said.signed[BUNDLE] = signed_by(ANN)
    [(entry, _)] = rows(acting(), said)
    assert entry.signed == "seal"
    assert entry.changes["state"]["new"] == "sealing"


def test_signatures_are_rows_also_after_a_step_was_told_and_without_anybody() -> None:
    said = told(block={"state": "split"})
    said.signed[BUNDLE] = signed_by(BEN)
    for who in (acting(at_once=True, logged=True), None):
        assert [entry.subject for entry, _ in rows(who, said)] == [BUNDLE]


def test_a_signature_that_the_platform_stored_tells_its_own_verb_role_and_moment() -> None:
    said = replace(StepTold(), signed={BUNDLE: signed_by(BEN)})
    [(entry, _)] = rows(None, said)
    assert (entry.verb, entry.role, entry.user_id) == ("bundle.sign", "authority", BEN)
    assert (entry.taken_at, entry.reason, entry.request_id) == (EARLIER, None, None)


@pytest.mark.parametrize(
    ("signs", "changes", "named"), list(product([False, True], [False, True], [False, True]))
)
def test_a_run_that_is_done_again_owes_nothing_and_nobody_owes_only_signatures(
    *, signs: bool, changes: bool, named: bool
) -> None:
    said = told(bundle={"state": "sealing"}) if changes else StepTold()
    if signs:
        said.signed[BUNDLE] = signed_by(BEN)
    who = acting() if named else None
    assert len(rows(who, said)) == int(named or signs)
    assert rows(who, replace(said, forgotten=True)) == []
