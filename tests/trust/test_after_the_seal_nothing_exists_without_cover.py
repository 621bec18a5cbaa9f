"""What is taken back after the freeze is paid by the reserve, or stated and stopped."""

from __future__ import annotations

import secrets
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import StandingClock
from app.factory import create_app
from app.ids import new_id, public
from app.outbox import names
from app.store.recording.reversal_signatures import sign_reversal
from app.usecases.trading.order_units import order_units
from app.wiring import Wiring
from behaviours.actions.refusals import ReversalLapsed
from behaviours.actions.reversal import ReversalSignature, standing
from behaviours.programme import SHIPPED, read_programmes
from rewards.registry.issuing import TONNE_MG
from rewards.registry.refusals import UnitsNotCovered
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen, audited
from tests.builders.empty_market import market, shut
from tests.builders.market import (
    NOW,
    PV,
    bundle,
    issued,
    noticed,
    pooled_pv,
    rows,
    run,
    sealing,
    submitted,
    task,
)
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import listed, programme_block
from tests.builders.trading import trade_terms

__all__ = ["market", "shut"]
WHY = {"reason": "The meter was another's.", "reason_code": "wrong_person"}


class Programme:
    """The application over a market of its own, and who signs."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.app: Flask = create_app(wiring)
        self.http = Http(self.app)
        self.tokens = Tokens(self.app, wiring)

    def reverse(self, action: UUID, token: str, body: Any = WHY, **options: Any) -> Any:
        path = f"/v1/actions/{public('act', action)}/reversals"
        return self.http.post(path, body, token=token, **options)

    def taken_back(self, action: UUID) -> Any:
        assert self.reverse(action, self.tokens("operator")).status_code == 202
        done = self.reverse(action, self.tokens("authority"))
        assert done.status_code == 201, done.json
        return done.json


@pytest.fixture
def programme(market: Wiring) -> Programme:
    return Programme(market)


def provider_of(wiring: Wiring, action: UUID) -> UUID:
    (row,) = rows(wiring, "select provider_id from action where action_id = :id", id=action)
    return row["provider_id"]


def broken(wiring: Wiring) -> list[str]:
    return [each.name for each in audited(wiring) if not each.ok]


def test_one_operator_asks_and_another_one_carries_it_out(programme: Programme) -> None:
    ((_, action), *_) = pooled_pv(programme.wiring)
    first = programme.tokens("operator")
    missing = programme.reverse(action, first, {"reason": "because"})
    assert (missing.status_code, missing.json["code"]) == (422, "REVERSAL_REASON_MISSING")
    asked = programme.reverse(action, first)
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["operator"])
    assert programme.reverse(action, first).status_code == 202
    assert programme.reverse(action, programme.tokens("authority")).status_code == 403
    assert not rows(programme.wiring, "select * from reversal")
    done = programme.reverse(action, programme.tokens("operator"))
    assert (done.status_code, done.json["state"]) == (201, "reversed")
    read = programme.http.get(f"/v1/actions/{public('act', action)}", token=first).json
    assert (read["reversal"]["reason_code"], read["reversal"]["by"]) == (
        "wrong_person",
        "operator",
    )


def test_a_provider_alone_takes_nothing_out_of_a_frozen_bundle(programme: Programme) -> None:
    ((_, action), *_) = pooled_pv(programme.wiring)
    bundle_id = issued(programme.wiring, methodology=PV)
    token = programme.tokens("provider", tenant=provider_of(programme.wiring, action))
    told = programme.http.post(
        f"/v1/actions/{public('act', action)}/reversals?dry_run=true", WHY, token=token
    )
    assert int(told.json["cover"]["shortfall_mg"]) > 0
    assert not rows(programme.wiring, "select * from reversal_signature")
    assert programme.reverse(action, token).status_code == 202
    assert programme.reverse(action, token).status_code == 202
    assert bundle(programme.wiring, bundle_id).shortfall_mg == 0
    other = dict(WHY, reason_code="not_done")
    differs = programme.reverse(action, programme.tokens("operator"), other)
    assert (differs.status_code, differs.json["code"]) == (409, "REVERSAL_REASON_DIFFERS")
    assert programme.reverse(action, programme.tokens("operator")).status_code == 201


def test_what_one_person_signed_lapses_and_is_begun_anew(programme: Programme) -> None:
    wiring = programme.wiring
    ((_, action), *_) = pooled_pv(wiring)
    issued(wiring, methodology=PV)
    first, second = programme.tokens("operator"), programme.tokens("authority")
    long_ago = datetime.now(UTC) - wiring.programme.signed_for - timedelta(minutes=1)
    word = ReversalSignature(
        action, new_id(), "operator", WHY["reason_code"], WHY["reason"], long_ago
    )
    run(wiring, sign_reversal, word)
    for token in (first, second):
        late = programme.reverse(action, token)
        assert (late.status_code, late.json["code"]) == (409, "REVERSAL_LAPSED")
        assert datetime.fromisoformat(late.json["details"]["signed_at"]) == long_ago
    assert not rows(wiring, "select * from reversal")
    again = programme.reverse(action, second, {**WHY, "anew": True})
    assert (again.status_code, again.json["awaiting"]) == (202, ["provider", "operator"])
    (asked,) = again.json["asked_by"]
    asked_at, lapses_at = (
        datetime.fromisoformat(asked[f"{name}_at"]) for name in ("asked", "lapses")
    )
    assert lapses_at - asked_at == wiring.programme.signed_for == timedelta(days=30)
    assert programme.reverse(action, second, {**WHY, "anew": True}).status_code == 202
    assert programme.reverse(action, first).status_code == 201
    assert len(rows(wiring, "select * from reversal_signature")) == 3
    assert_books_balance(wiring)


def test_how_long_one_persons_word_stands_is_the_programmes(market: Wiring) -> None:
    text_of = SHIPPED.read_text(encoding="utf-8")
    week = text_of.replace("    locales", '    signatures: {lapse_after_days: "7"}\n    locales')
    programme = Programme(replace(market, programmes=read_programmes(week, "a test")))
    told = programme.http.get("/v1/programme").json
    assert told["signatures"] == {"lapse_after_days": 7}
    ((_, action), *_) = pooled_pv(programme.wiring)
    issued(programme.wiring, methodology=PV)
    (asked,) = programme.reverse(action, programme.tokens("operator")).json["asked_by"]
    asked_at, lapses_at = (
        datetime.fromisoformat(asked[f"{name}_at"]) for name in ("asked", "lapses")
    )
    assert lapses_at - asked_at == timedelta(days=7)
    eight_days_ago = datetime.now(UTC) - timedelta(days=8)
    ((_, other), *_) = pooled_pv(programme.wiring)
    issued(programme.wiring, methodology=PV)
    word = ReversalSignature(
        other, new_id(), "operator", WHY["reason_code"], WHY["reason"], eight_days_ago
    )
    run(programme.wiring, sign_reversal, word)
    late = programme.reverse(other, programme.tokens("authority"))
    assert (late.status_code, late.json["code"]) == (409, "REVERSAL_LAPSED")


def test_a_word_counts_until_the_moment_that_it_lapses() -> None:
    word = ReversalSignature(new_id(), new_id(), "operator", "not_done", "why", NOW)
    week = timedelta(days=7)
    just_before, just_then = NOW + week - timedelta(microseconds=1), NOW + week
    assert standing([word], now=just_before, signed_for=week, anew=False) == [word]
    assert standing([word], now=just_then, signed_for=week, anew=True) == []
    assert standing([], now=NOW, signed_for=week, anew=False) == []
    with pytest.raises(ReversalLapsed):
        standing([word], now=just_then, signed_for=week, anew=False)


def test_the_reserve_pays_and_what_it_lacks_stops_units(programme: Programme) -> None:
    wiring = programme.wiring
    ((_, action), *_) = pooled_pv(wiring)
    bundle_id = issued(wiring, methodology=PV)
    before = bundle(wiring, bundle_id)
    listing_id = listed(wiring, programme_block(wiring, bundle_id), before.issued_t)
    done = programme.taken_back(action)
    cover, after = done["cover"], bundle(wiring, bundle_id)
    assert int(cover["reversed_mg"]) == before.selected_mg // 3
    assert int(cover["from_reserve_mg"]) == before.reserve_mg
    assert after.shortfall_mg == int(cover["reversed_mg"]) - before.reserve_mg
    assert after.state == "suspended"
    stopped = rows(
        wiring,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where state = 'suspended'",
    )
    assert stopped == [{"t": -(-after.shortfall_mg // TONNE_MG)}]
    page = programme.http.get(f"/v1/registry/bundles/{public('bdl', bundle_id)}").json
    assert page["state"] == "suspended"
    assert page["blocks"][0]["note"]["covered"][0]["posting_id"] == cover["posting_id"]
    order = {
        "terms": trade_terms(),
        "clock": StandingClock(NOW),
        "buyer_id": an_organisation(wiring, "enterprise"),
    }
    with pytest.raises(UnitsNotCovered):
        run(
            wiring,
            order_units,
            listing_id,
            quantity_t=before.issued_t,
            client_reference="too many",
            **order,
        )
    run(
        wiring,
        order_units,
        listing_id,
        quantity_t=before.issued_t - stopped[0]["t"],
        client_reference="the covered",
        **order,
    )
    assert_books_balance(wiring)


def test_the_claims_of_a_sold_reduction_stay_taken(programme: Programme) -> None:
    ((_, action), *_) = pooled_pv(programme.wiring)
    issued(programme.wiring, methodology=PV)
    count = "select count(*) as n from claim_key where action_id = :id"
    before = rows(programme.wiring, count, id=action)
    programme.taken_back(action)
    assert rows(programme.wiring, count, id=action) == before


def test_what_leaves_before_the_freeze_takes_its_figures_along(programme: Programme) -> None:
    wiring = programme.wiring
    ((_, action), *_) = pooled_pv(wiring)
    bundle_id, _ = submitted(wiring)
    token = programme.tokens("provider", tenant=provider_of(wiring, action))
    assert programme.reverse(action, token, {"reason": "A mistake."}).status_code == 201
    after = bundle(wiring, bundle_id)
    assert after.reductions == after.sampling_plan.population == after.report.whole.reductions == 2
    assert after.report.by_month[0].amounts.saved_mg == after.selected_mg
    sample = rows(wiring, "select action_id from bundle_sample")
    assert len(sample) == 2
    assert action not in {row["action_id"] for row in sample}
    assert_books_balance(wiring)


def test_a_bundle_of_which_nothing_is_left_is_not_sealed(programme: Programme) -> None:
    wiring = programme.wiring
    ((_, action),) = pooled_pv(wiring, people=1)
    bundle_id = sealing(wiring)
    token = programme.tokens("provider", tenant=provider_of(wiring, action))
    assert programme.reverse(action, token, {"reason": "A mistake."}).status_code == 201
    task(wiring, names.SEAL_BUNDLE, bundle_id)
    assert bundle(wiring, bundle_id).state == "cancelled"


def test_a_reversal_beside_the_freeze_leaves_or_is_paid_and_is_never_lost(
    programme: Programme,
) -> None:
    wiring = programme.wiring
    ((_, action), *_) = pooled_pv(wiring)
    bundle_id = sealing(wiring)
    programme.reverse(action, programme.tokens("operator"))
    second = programme.tokens("authority")
    with wiring.database.engine.begin() as held:
        held.execute(text("select from bundle where bundle_id = :id for update"), {"id": bundle_id})
        calls = [
            threading.Thread(target=task, args=(wiring, names.SEAL_BUNDLE, bundle_id)),
            threading.Thread(target=programme.reverse, args=(action, second)),
        ]
        for call in calls:
            call.start()
    for call in calls:
        call.join()
    if not rows(wiring, "select * from reversal"):
        # The authority was early, while it was not frozen: it is an operator's to sign then.
        programme.reverse(action, second)
    lost = rows(
        wiring,
        "select count(*) as n from bundle_entry join reversal using (action_id)",
    )[0]["n"]
    assert (bundle(wiring, bundle_id).shortfall_mg > 0) == bool(lost)
    assert_books_balance(wiring)


def test_a_reversal_beside_orders_never_sells_what_has_no_cover(programme: Programme) -> None:
    wiring = programme.wiring
    ((_, action), *_) = pooled_pv(wiring)
    bundle_id = issued(wiring, methodology=PV)
    whole = bundle(wiring, bundle_id).issued_t
    listing_id = listed(wiring, programme_block(wiring, bundle_id), whole)
    buyer = an_organisation(wiring, "enterprise")
    programme.reverse(action, programme.tokens("operator"))
    token = programme.tokens("authority")

    def buy() -> Any:
        return run(
            wiring,
            order_units,
            listing_id,
            quantity_t=whole,
            buyer_id=buyer,
            client_reference=secrets.token_hex(8),
            terms=trade_terms(),
            clock=StandingClock(NOW),
        )

    at_once([buy, lambda: programme.reverse(action, token), buy])
    assert bundle(wiring, bundle_id).state == "suspended"
    assert_books_balance(wiring)


# What is changed by hand, and every line of the audit that it is a matter of.
BY_HAND = {
    "update cover set mg = mg - 1": ["reversals_covered"],
    "update unit_block set state = 'active' where state = 'suspended'": [
        "uncovered_units",
        "events_tell_states",
    ],
    "update bundle set deducted_mg = selected_mg where issued_at is not null": [
        "bundle_totals",
        "units_covered",
    ],
}


def test_the_audit_sees_what_was_changed_by_hand(programme: Programme) -> None:
    wiring = programme.wiring
    ((_, action), *_) = pooled_pv(wiring)
    issued(wiring, methodology=PV)
    programme.taken_back(action)
    assert broken(wiring) == []
    assert_each_is_seen(wiring, BY_HAND)


def test_the_audit_sees_a_population_that_is_not_what_is_in_it(programme: Programme) -> None:
    pooled_pv(programme.wiring)
    noticed(programme.wiring)
    run(
        programme.wiring,
        lambda connection: connection.execute(
            text("update bundle set reductions = reductions + 1")
        ),
    )
    assert broken(programme.wiring) == ["bundle_population"]


def test_the_log_says_of_what_was_shown_and_taken_back_that_somebody_signed(
    programme: Programme,
) -> None:
    ((_, action), *_) = pooled_pv(programme.wiring)
    issued(programme.wiring, methodology=PV)
    assert programme.reverse(action, programme.tokens("operator")).status_code == 202
    told = rows(
        programme.wiring,
        "select subject_kind, changes, signed from log_entry where verb = 'action.reverse'",
    )
    assert [(each["subject_kind"], each["changes"]) for each in told] == [("action", {})]
