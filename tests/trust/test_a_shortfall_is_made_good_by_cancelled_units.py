"""What a suspended bundle lacks is made good by units that are cancelled for it, and only so."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.clock import StandingClock
from app.ids import new_id, parse, public
from app.store.registry.replacing import insert_replacement
from app.usecases.registry.transfer_units import transfer_units
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.registry.issuing import TONNE_MG
from rewards.registry.replacement import ReplacementAsked
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, shut
from tests.builders.market import NOW, bundle, issued, pooled_pv, rows, run
from tests.builders.people import an_organisation
from tests.builders.selling import listed, programme_block, retirement_of
from tests.builders.shortfall import HELD_T, Short, a_short_bundle

__all__ = ["market", "shut"]


@pytest.fixture
def short(market: Wiring) -> Short:
    return a_short_bundle(market)


def refused(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]  # type: ignore[attr-defined]


def retiring(short: Short, tonnes: int) -> object:
    return run(short.wiring, retirement_of(short.wiring, short.buyer, tonnes))


def test_units_are_cancelled_for_what_was_taken_back_and_the_bundle_goes_on(short: Short) -> None:
    wiring, short_t = short.wiring, short.short_t
    before = bundle(wiring, short.bundle_id)
    whole_t = before.issued_t or 0
    assert (before.state, short.suspended_t()) == ("suspended", short_t)
    with pytest.raises(Refusal):
        retiring(short, whole_t)
    holder = short.tokens("enterprise", tenant=short.giver)
    asked = short.ask(short_t, token=holder, reference="for the others")
    assert (asked.status_code, asked.json["state"]) == (202, "offered")
    assert asked.json["awaiting"] == ["authority", "operator"]
    assert asked.json["posting_id"] is asked.json["made_good_kg"] is None
    first, second = short.tokens("operator"), short.tokens("authority")
    for _ in range(2):
        once = short.sign(asked.json["id"], first)
        assert (once.status_code, once.json["awaiting"]) == (202, ["authority"])
    assert short.suspended_t() == short_t
    done = short.sign(asked.json["id"], second)
    assert (done.status_code, done.json["state"]) == (201, "made_good")
    assert done.json["shortfall_kg"] == "0.000000"
    after = bundle(wiring, short.bundle_id)
    assert (after.state, after.shortfall_mg, short.suspended_t()) == ("issued", 0, 0)
    # The posting takes what was short out of the units that were given.
    (posting,) = rows(
        wiring,
        "select * from carbon_posting where posting_id = :id",
        id=parse("pst", done.json["posting_id"]),
    )
    assert (posting["debit_account"], posting["credit_account"], posting["mg"]) == (
        "reversed_after_issue",
        "units",
        before.shortfall_mg,
    )
    # Said again, by whichever number and after whatever time, it is what it was.
    run(wiring, lambda connection: connection.execute(text("delete from kept_answer")))
    for again in (
        short.sign(asked.json["id"], first),
        short.ask(short_t, token=holder, reference="for the others"),
    ):
        assert (again.status_code, again.json) == (201, done.json)
    other = short.ask(1, token=holder, reference="for the others")
    assert refused(other) == (409, "CLIENT_REFERENCE_REUSED")
    retiring(short, whole_t)
    assert_books_balance(wiring)


def test_everybody_reads_for_what_units_were_cancelled(short: Short) -> None:
    done = short.made_good(short.short_t)
    (cancelled,) = rows(
        short.wiring,
        "select block_id, closed_at, upper(numbers) - lower(numbers) as t from unit_block"
        " where state = 'cancelled' and not for_reserve",
    )
    assert str(cancelled["t"]) == done["quantity_t"]
    shown = short.http.get(f"/v1/registry/blocks/{public('blk', cancelled['block_id'])}").json
    assert (shown["state"], shown["made_good"]) == (
        "cancelled",
        {"bundle_id": done["bundle_id"], "posting_id": done["posting_id"]},
    )
    page = short.http.get(f"/v1/registry/bundles/{done['bundle_id']}").json
    line = page["blocks"][0]["note"]["covered"][-1]
    assert (line["by"], line["posting_id"]) == ("units", done["posting_id"])
    assert line["kg"] == done["made_good_kg"]
    # What was not needed of the block is the giver's as before; what was, is not.
    token = short.tokens("enterprise", tenant=short.giver)
    held = short.http.get("/v1/holdings", token=token).json["data"]
    assert [each["quantity_t"] for each in held] == [str(HELD_T - cancelled["t"])]
    told = rows(
        short.wiring,
        "select organisation_id, posting_id, shortfall_mg from holder_notice where reversed_mg = 0",
    )
    assert told == [
        {
            "organisation_id": short.buyer,
            "posting_id": parse("pst", done["posting_id"]),
            "shortfall_mg": 0,
        }
    ]
    with pytest.raises(Exception, match="final"):
        run(
            short.wiring,
            lambda connection: connection.execute(
                text("update unit_block set state = 'active' where state = 'cancelled'")
            ),
        )


def test_a_part_of_it_lets_as_many_units_go_on(short: Short) -> None:
    short_t = short.short_t
    assert short_t >= 3
    first = short.made_good(2)
    assert first["made_good_kg"] == "2000.000000"
    after = bundle(short.wiring, short.bundle_id)
    assert (after.state, short.suspended_t()) == ("suspended", short_t - 2)
    assert_books_balance(short.wiring)
    (rest,) = rows(
        short.wiring,
        "select block_id from unit_block where owner_id = :id and state = 'active'",
        id=short.giver,
    )
    second = short.made_good(short_t - 2, block=rest["block_id"])
    # The rest of the last tonne makes nothing good.
    assert float(second["made_good_kg"]) < (short_t - 2) * 1000
    assert bundle(short.wiring, short.bundle_id).state == "issued"
    token = short.tokens("operator")
    path = f"/v1/bundles/{public('bdl', short.bundle_id)}/replacements"
    listed_ids = [each["id"] for each in short.http.get(path, token=token).json["data"]]
    assert listed_ids == [second["id"], first["id"]]
    assert_books_balance(short.wiring)


def test_an_operator_offers_the_programmes_own_stock_and_has_signed_with_it(short: Short) -> None:
    wiring = short.wiring
    pooled_pv(wiring)
    other = issued(wiring, methodology="gd.distributed_pv")
    (stock,) = rows(
        wiring,
        "select block_id from unit_block where bundle_id = :id and state = 'active'",
        id=other,
    )
    first = short.tokens("operator")
    asked = short.ask(short.short_t, token=first, block=stock["block_id"])
    assert (asked.status_code, asked.json["awaiting"]) == (202, ["authority"])
    assert asked.json["offered_by"] is None
    assert short.sign(asked.json["id"], short.tokens("operator")).status_code == 202
    assert short.sign(asked.json["id"], short.tokens("authority")).status_code == 201
    assert bundle(wiring, short.bundle_id).shortfall_mg == 0
    assert_books_balance(wiring)


def test_a_bundle_may_be_made_good_out_of_its_own_covered_units(short: Short) -> None:
    (own,) = rows(
        short.wiring,
        "select block_id from unit_block where owner_id = :id and state = 'active'",
        id=short.buyer,
    )
    token = short.tokens("enterprise", tenant=short.buyer)
    short.made_good(short.short_t, token=token, block=own["block_id"])
    assert bundle(short.wiring, short.bundle_id).state == "issued"
    assert_books_balance(short.wiring)


def test_what_does_not_fit_is_refused_with_the_reason(short: Short) -> None:
    wiring, short_t = short.wiring, short.short_t
    assert refused(short.ask(short_t + 1)) == (409, "MORE_THAN_IS_SHORT")
    stranger = short.tokens("enterprise")
    assert refused(short.ask(1, token=stranger)) == (404, "NOT_FOUND")
    assert refused(short.ask(1, token=short.tokens("operator"))) == (404, "NOT_FOUND")
    assert short.ask(1, token=short.tokens("provider")).status_code == 403
    assert short.ask("1.5").status_code == short.ask("0").status_code == 422
    (stopped,) = rows(wiring, "select block_id from unit_block where state = 'suspended'")
    token = short.tokens("enterprise", tenant=short.buyer)
    assert refused(short.ask(1, token=token, block=stopped["block_id"])) == (
        409,
        "UNITS_NOT_COVERED",
    )
    (reserve, *_) = rows(wiring, "select block_id from unit_block where for_reserve") or [None]
    if reserve:
        operator = short.tokens("operator")
        assert short.ask(1, token=operator, block=reserve["block_id"]).status_code == 409
    # Another's offer is nobody's to read or to sign but the programme's.
    asked = short.ask(1).json
    path = f"/v1/replacements/{asked['id']}"
    assert short.http.get(path, token=stranger).status_code == 404
    assert short.sign(asked["id"], stranger).status_code == 403
    assert short.http.get(path, token=short.tokens("authority")).json == asked
    listed(wiring, short.given, HELD_T, seller=short.giver)
    assert refused(short.ask(1)) == (409, "BLOCK_NOT_AVAILABLE")
    assert not rows(wiring, "select * from cover where kind = 'units'")


def test_a_bundle_that_lacks_nothing_takes_nothing(short: Short) -> None:
    asked = short.ask(1).json
    short.made_good(short.short_t)
    assert refused(short.ask(1)) == (409, "BUNDLE_STATE_CONFLICT")
    for role in ("operator", "authority"):
        late = short.sign(asked["id"], short.tokens(role))
        assert refused(late) == (409, "BUNDLE_STATE_CONFLICT")
    read = short.http.get(f"/v1/replacements/{asked['id']}", token=short.tokens("operator"))
    assert read.json["awaiting"] == ["authority", "operator"]
    assert_books_balance(short.wiring)


def test_units_of_an_older_year_or_a_lower_class_make_nothing_good(short: Short) -> None:
    for column, value, code in (
        ("vintage", "2027", "UNITS_DO_NOT_FIT"),
        ("unit_class", "'compliance'", "UNITS_DO_NOT_FIT"),
    ):
        with short.wiring.database.engine.begin() as connection:
            before = connection.execute(
                text(f"select {column} from bundle where bundle_id = :id"),
                {"id": short.bundle_id},
            ).scalar_one()
            change = text(f"update bundle set {column} = {value} where bundle_id = :id")
            connection.execute(change, {"id": short.bundle_id})
        assert refused(short.ask(1)) == (409, code)
        with short.wiring.database.engine.begin() as connection:
            connection.execute(
                text(f"update bundle set {column} = :before where bundle_id = :id"),
                {"id": short.bundle_id, "before": before},
            )


def test_a_dry_run_says_what_it_would_come_to_and_writes_nothing(short: Short) -> None:
    asked = short.ask(short.short_t, query="?dry_run=true")
    assert (asked.status_code, asked.json["state"]) == (200, "offered")
    assert not rows(short.wiring, "select * from replacement")
    offered = short.ask(short.short_t).json["id"]
    short.sign(offered, short.tokens("operator"))
    told = short.sign(offered, short.tokens("authority"), "?dry_run=true")
    assert (told.status_code, told.json["state"]) == (200, "made_good")
    assert bundle(short.wiring, short.bundle_id).state == "suspended"
    assert not rows(short.wiring, "select * from cover where kind = 'units'")


def test_an_offer_stands_as_long_as_the_programme_says(short: Short) -> None:
    wiring = short.wiring
    replacement_id = new_id()
    long_ago = datetime.now(UTC) - wiring.programme.signed_for - timedelta(minutes=1)
    run(
        wiring,
        insert_replacement,
        ReplacementAsked(
            replacement_id, short.bundle_id, short.given, 1, short.giver, "x", new_id(), long_ago
        ),
    )
    offered = public("rpl", replacement_id)
    token = short.tokens("operator")
    read = short.http.get(f"/v1/replacements/{offered}", token=token).json
    assert read["state"] == "lapsed"
    late = short.sign(offered, token)
    assert refused(late) == (409, "REPLACEMENT_LAPSED")
    assert datetime.fromisoformat(late.json["details"]["asked_at"]) == long_ago


def test_what_was_sold_since_it_was_offered_is_not_taken(short: Short) -> None:
    wiring = short.wiring
    offered = short.ask(short.short_t).json["id"]
    other = an_organisation(wiring, "enterprise")
    run(
        wiring,
        transfer_units,
        short.given,
        quantity_t=None,
        from_id=short.giver,
        to_id=other,
        client_reference="sold",
        clock=StandingClock(NOW),
    )
    short.sign(offered, short.tokens("operator"))
    assert refused(short.sign(offered, short.tokens("authority"))) == (404, "NOT_FOUND")
    assert short.suspended_t() == short.short_t > 0
    assert_books_balance(wiring)


def taken_back(short: Short, offered: str, token: str, query: str = "") -> Any:
    return short.http.post(
        f"/v1/replacements/{offered}/withdraw{query}", token=token, key=secrets.token_hex(8)
    )


def test_an_offer_is_taken_back_by_whoever_made_it_and_nobody_signs_it_any_more(
    short: Short,
) -> None:
    holder = short.tokens("enterprise", tenant=short.giver)
    offered = short.ask(short.short_t, token=holder, reference="perhaps").json["id"]
    short.sign(offered, short.tokens("operator"))
    assert refused(taken_back(short, offered, short.tokens("operator"))) == (
        403,
        "NOT_YOURS_TO_WITHDRAW",
    )
    assert refused(taken_back(short, offered, short.tokens("enterprise"))) == (404, "NOT_FOUND")
    assert taken_back(short, offered, short.tokens("provider")).status_code == 403
    tried = taken_back(short, offered, holder, "?dry_run=true")
    assert (tried.status_code, tried.json["state"]) == (200, "withdrawn")
    assert not rows(short.wiring, "select * from replacement_withdrawal")
    done = taken_back(short, offered, holder)
    assert (done.status_code, done.json["state"], done.json["awaiting"]) == (200, "withdrawn", [])
    assert done.json["withdrawn_at"]
    assert taken_back(short, offered, holder).json == done.json
    late = short.sign(offered, short.tokens("authority"))
    assert refused(late) == (409, "REPLACEMENT_WITHDRAWN")
    assert late.json["details"]["withdrawn_at"]
    # The number of the offer stays taken; with another one it is offered again.
    assert short.ask(short.short_t, token=holder, reference="perhaps").json == done.json
    made = short.made_good(short.short_t, token=holder)
    assert refused(taken_back(short, made["id"], holder)) == (409, "REPLACEMENT_DONE")
    assert bundle(short.wiring, short.bundle_id).state == "issued"
    assert_books_balance(short.wiring)


def test_the_programmes_offer_is_taken_back_by_who_answers_for_it(short: Short) -> None:
    pooled_pv(short.wiring)
    stock = programme_block(short.wiring, issued(short.wiring, methodology="gd.distributed_pv"))
    offered = short.ask(1, token=short.tokens("operator"), block=stock).json["id"]
    holder = short.tokens("enterprise", tenant=short.giver)
    assert refused(taken_back(short, offered, holder)) == (404, "NOT_FOUND")
    done = taken_back(short, offered, short.tokens("authority"))
    assert (done.status_code, done.json["state"]) == (200, "withdrawn")


def test_who_offers_a_block_that_was_split_is_told_what_stands_for_it(short: Short) -> None:
    before = short.given
    short.made_good(1)
    parts = rows(
        short.wiring,
        "select block_id from unit_block where owner_id = :id and state = 'active'",
        id=short.giver,
    )
    answer = short.ask(1, block=before)
    assert refused(answer) == (409, "BLOCK_NOT_AVAILABLE")
    assert answer.json["details"]["parts"] == [public("blk", each["block_id"]) for each in parts]


# What is broken by hand, and every line of the audit that it is a matter of.
BY_HAND = {
    "insert into replacement_withdrawal select cover_id, cover_id, covered_at from cover"
    " where kind = 'units'": ["replacements"],
    "delete from signature where subject_kind = 'replacement'": ["replacements", "log_signatures"],
    "update unit_block set owner_id = null where state = 'cancelled' and not for_reserve": [
        "replacements"
    ],
    # Made good for units of a better class than were given.
    "update bundle set unit_class = 'compliance' where state = 'issued' and frozen_at is not null"
    " and bundle_id = (select bundle_id from cover where kind = 'units')": [
        "bundle_gate",
        "units_covered",
        "replacements",
    ],
    # The posting of another year: that year's units are below zero, and the line's are not.
    "update carbon_posting set vintage = 2025"
    " where (debit_account, credit_account) = ('reversed_after_issue', 'units')": [
        "carbon_accounts",
        "units_mass",
        "replacements",
    ],
    "update cover set cancelled_t = cancelled_t + 1 where kind = 'units'": [
        "reversals_covered",
        "replacements",
    ],
    f"update cover set mg = mg + {TONNE_MG} where kind = 'units'": [
        "units_mass",
        "reversals_covered",
        "replacements",
    ],
    "delete from cover where kind = 'units'": [
        "units_mass",
        "holdings_moved",
        "units_covered",
        "reversals_covered",
    ],
}


def test_the_audit_sees_what_was_not_given(short: Short) -> None:
    wiring = short.wiring
    short.made_good(short.short_t)
    assert_books_balance(wiring)
    assert_each_is_seen(wiring, BY_HAND)
