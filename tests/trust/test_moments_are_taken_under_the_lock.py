"""Whoever waits for a lock is judged by the moment at which they get it, not when they asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from app.clock import StandingClock
from app.usecases.people.propose_text import propose_text
from app.usecases.points.expire_lots import expire_lots
from app.usecases.recording.ask_reversal import ask_reversal
from app.usecases.recording.end_installations import EndingInstallation, end_installations
from app.usecases.recording.reverse_actions import Reversing
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.usecases.redemption.capture import capture
from app.usecases.redemption.change_offer import change_offer
from app.usecases.redemption.draft_offers import draft_offers
from app.usecases.redemption.publish_offer import publish_offer
from app.usecases.redemption.redeem_online import redeem_online
from app.usecases.redemption.reverse_redemption import reverse_redemption
from behaviours.civil_time import civil_day, start_of_day
from behaviours.texts import TextInPast
from behaviours.viewer import Viewer
from rewards.points.lots import NotEnoughPoints
from rewards.redemption.offer import OfferDatesWrong, OfferNotOnSale, OfferTerms
from rewards.redemption.redemption import EXPIRED
from rewards.redemption.refusals import CodeExpired, ReversalWindowOver
from tests.builders.held import while_held
from tests.builders.installations import an_installation
from tests.builders.people import a_participant, a_user, an_organisation
from tests.builders.points import a_person_with, give_points, points_of, their_provider
from tests.builders.redemption import (
    a_code,
    a_request_no,
    an_offer,
    capturing,
    redeeming,
    wanting,
)

MINUTE, HOUR, DAY = 60, 3_600, 86_400
HELD = (
    ("points_account", "participant_id"),
    ("offer", "offer_id"),
    ("installation", "installation_id"),
)


@pytest.fixture
def after(movable):
    """``after(seconds, held, verb, …)``: what the verb answers when so long passes as it waits.

    ``held`` is the person, offer or installation whose row somebody else has until then.
    """

    def wait(seconds, held, verb, *given, **named):
        def hold(connection):
            for table, key in HELD:
                connection.exec_driver_sql(
                    f"select 1 from {table} where {key} = %s for update",
                    (held,),
                )

        return while_held(
            movable.database,
            hold,
            partial(movable.database.transact, verb, *given, clock=movable.clock, **named),
            before_letting_go=lambda: movable.clock.advance(seconds),
        )

    return wait


@pytest.fixture
def key(movable):
    return movable.settings.identity_key


@pytest.fixture
def person(movable):
    return a_person_with(movable, 300)


def test_a_code_that_runs_out_while_its_capture_waits_is_expired(movable, after, person, key):
    wanted = wanting(an_offer(movable), a_code(movable, person))
    with pytest.raises(CodeExpired):
        after(2 * MINUTE, person, capture, wanted, code_key=key, zone=UTC)
    assert points_of(movable, person)["available"] == 300


def test_a_code_that_is_still_good_after_the_wait_is_captured_at_that_moment(
    movable, after, person, key
):
    wanted = wanting(an_offer(movable), a_code(movable, person))
    asked_at = movable.clock.now()
    captured = after(30, person, capture, wanted, code_key=key, zone=UTC)
    assert captured.captured_at >= asked_at + timedelta(seconds=30)


def test_an_offer_that_closes_while_a_capture_waits_sells_nothing(movable, after, person, key):
    offer = an_offer(movable, closes_at=datetime.now(UTC) + timedelta(seconds=25))
    wanted = wanting(offer, a_code(movable, person))
    with pytest.raises(OfferNotOnSale):
        after(30, person, capture, wanted, code_key=key, zone=UTC)
    assert points_of(movable, person)["available"] == 300


def test_an_offer_that_closes_while_an_online_order_waits_sells_nothing(
    movable, after, person, key
):
    offer = an_offer(movable, closes_at=datetime.now(UTC) + timedelta(hours=1))
    asked = {"client_reference": a_request_no(), "code_key": key, "zone": UTC}
    with pytest.raises(OfferNotOnSale):
        after(2 * HOUR, person, redeem_online, person, offer.offer_id, 1, **asked)


def test_points_that_expire_while_an_order_waits_buy_nothing(movable, after, person, key):
    offer = an_offer(movable)
    asked = {"client_reference": a_request_no(), "code_key": key, "zone": UTC}
    with pytest.raises(NotEnoughPoints):
        after(800 * DAY, person, redeem_online, person, offer.offer_id, 1, **asked)


def test_a_voucher_that_lapses_while_it_is_fetched_is_expired(movable, after, person, key):
    offer = an_offer(movable)
    wanted = wanting(offer, redeeming(movable, person, offer).code)
    with pytest.raises(CodeExpired):
        after(25 * HOUR, person, capture, wanted, code_key=key, zone=UTC)


def test_a_hold_that_lapses_while_it_is_cancelled_has_expired(movable, after, person):
    held = redeeming(movable, person, an_offer(movable)).redemption
    ended = after(25 * HOUR, person, cancel_redemption, person, held.redemption_id)
    assert ended.state == EXPIRED
    assert ended.closed_at >= held.expires_at


def test_a_reversal_whose_window_ends_while_it_waits_is_too_late(movable, after, person):
    sold = capturing(movable, wanting(an_offer(movable), a_code(movable, person)))
    refund = {"quantity": None, "out_refund_no": a_request_no(), "zone": UTC}
    with pytest.raises(ReversalWindowOver):
        after(
            25 * HOUR, person, reverse_redemption, sold.merchant_id, sold.out_request_no, **refund
        )


def test_an_offer_whose_time_ends_while_it_waits_is_not_published(movable, after):
    moment = movable.clock.now()
    draft = OfferTerms("茶", "Tea", 10, 100, 5, moment, moment + timedelta(hours=1), 0, None)
    merchant = an_organisation(movable, "merchant")
    [drafted] = movable.database.transact(
        draft_offers, merchant, [draft], clock=StandingClock(moment)
    )
    offer_id, operator = drafted.offer.offer_id, a_user(movable, "operator")
    with pytest.raises(OfferDatesWrong):
        after(2 * HOUR, offer_id, publish_offer, offer_id, published_by=operator)


def test_an_offer_is_not_prolonged_to_a_moment_that_passed_while_it_waited(movable, after):
    offer = an_offer(movable)
    sooner = {"closes_at": movable.clock.now() + timedelta(hours=1)}
    asked = (offer.merchant_id, offer.offer_id, sooner)
    with pytest.raises(OfferDatesWrong):
        after(2 * HOUR, offer.offer_id, change_offer, *asked, revisions=None)


def test_points_are_swept_at_the_moment_at_which_their_owner_is_held(movable, after, person):
    give_points(movable, person, 50, available_at=datetime.now(UTC) - timedelta(days=430))
    asked_at = movable.clock.now()
    after(HOUR, person, expire_lots, lots=100_000)
    with movable.database.engine.connect() as connection:
        swept_at = connection.exec_driver_sql(
            "select max(posted_at) from points_transfer where participant_id = %s", (person,)
        ).scalar_one()
    assert swept_at >= asked_at + timedelta(hours=1)


def test_a_reversal_that_waited_is_dated_after_the_wait(movable, after, person):
    [given] = give_points(movable, person, 50, available_at=datetime.now(UTC))
    asked_at = movable.clock.now()
    answer = after(
        HOUR,
        person,
        ask_reversal,
        Reversing(given.action_id, "Sent twice"),
        viewer=Viewer("provider", their_provider(movable, person), their_provider(movable, person)),
        reversed_by="provider:test",
        rulebook=movable.rulebook,
        policies=movable.policies,
        takes_points_for_months=24,
        signed_for=timedelta(days=30),
    )
    assert answer.effect.reversed_at >= asked_at + timedelta(hours=1)


def test_an_installation_that_ends_now_ends_after_what_it_waited_for(movable, after):
    provider = an_organisation(movable)
    holder = a_participant(movable, provider_id=provider)
    held = an_installation(movable, holder, provider, number=f"7{provider.int % 10**15}")
    asked_at = movable.clock.now()
    [ended] = after(
        HOUR,
        held,
        end_installations,
        [EndingInstallation(held, "Removed")],
        viewer=Viewer("provider", provider),
        ended_by="provider:test",
        zone=movable.rulebook.zone,
    )
    assert ended.installation.ended_at >= asked_at + timedelta(hours=1)


def test_a_text_that_waits_past_midnight_begins_in_the_past(movable):
    """Its first day was today when it was asked for, and is not when it is looked at."""
    today = start_of_day(civil_day(movable.clock.now(), movable.zone), movable.zone)

    def propose():
        return movable.database.transact(
            propose_text,
            "consent",
            f"v{a_request_no()[:8]}",
            {"zh-CN": "同意", "en": "I agree"},
            in_force_at=today,
            by=Viewer("operator", None, a_user(movable, "operator")),
            scenes=movable.scenes,
            zone=movable.zone,
            clock=movable.clock,
        )

    with pytest.raises(TextInPast):
        while_held(
            movable.database,
            lambda held: held.exec_driver_sql("lock table published_text in exclusive mode"),
            propose,
            before_letting_go=lambda: movable.clock.advance(DAY),
        )
