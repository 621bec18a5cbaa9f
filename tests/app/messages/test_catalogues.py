"""A message is put in words: facts filled in, lists joined, values said in the language."""

from __future__ import annotations

import pytest

from app.messages import catalogues
from app.messages.catalogues import in_words, sentence, text, title
from behaviours.refusal import Conflict
from behaviours.said import Said

CATALOGUES = {
    "en": {
        "PLAIN": "Nothing is filled in here.",
        "OFFER_CLOSED.state": "The offer is {state}; it may be {states}.",
        "OFFER_CLOSED.why": "Closed because {why}.",
        "why:stock": "of {names!r}",
        "state:closed": "over",
        "title:OFFER_CLOSED": "Offer closed",
    },
    "zh-CN": {
        "PLAIN": "这里没有要填的内容。",
        "OFFER_CLOSED.state": "该商品{state}；可以是{states}。",
        "OFFER_CLOSED.why": "关闭原因：{why}。",
        "why:stock": "{names!r}",
        "state:closed": "已结束",
        "title:OFFER_CLOSED": "商品已结束",
    },
}


class OfferClosed(Conflict):
    """A refusal of this test."""

    cases = ("state", "why")


@pytest.fixture(autouse=True)
def small_catalogues(monkeypatch):
    monkeypatch.setattr(catalogues, "messages", CATALOGUES.__getitem__)


def test_a_value_with_a_word_of_its_own_is_said_in_words():
    refusal = OfferClosed("state", state="closed", states=["draft"])
    assert sentence(refusal) == "The offer is over; it may be draft."
    assert sentence(refusal, "zh-CN") == "该商品已结束；可以是draft。"


def test_a_list_is_joined_as_the_language_joins_it():
    refusal = OfferClosed("state", state="x", states=["a", "b", "c"])
    assert sentence(refusal) == "The offer is x; it may be a, b, or c."
    assert sentence(refusal, "zh-CN") == "该商品x；可以是a、b或c。"


def test_a_fact_may_be_a_message_itself():
    refusal = OfferClosed("why", why=Said("why:stock", {"names": "coffee"}))
    assert sentence(refusal) == "Closed because of 'coffee'."
    assert in_words(refusal.facts["why"], "zh-CN") == "'coffee'"
    assert in_words([Said("PLAIN"), 3]) == ["Nothing is filled in here.", 3]


def test_a_code_has_a_title_and_an_unknown_one_says_itself():
    assert title("OFFER_CLOSED", "zh-CN") == "商品已结束"
    assert title("REQUEST_TIMEOUT") == "Request timeout"


def test_a_catalogue_reaches_into_nothing_that_it_is_given(monkeypatch):
    monkeypatch.setitem(CATALOGUES["en"], "PRYING", "{state.__class__}")
    with pytest.raises(AssertionError, match="not the name of a fact"):
        text("PRYING", "en", {"state": "closed"})


def test_a_refusal_knows_its_cases():
    with pytest.raises(AssertionError):
        OfferClosed("another")
    assert str(OfferClosed("state", state="x")) == "OFFER_CLOSED.state(state='x')"
