"""If-Match as RFC 9110 has it, wherever people edit: one of the tags that were read, strongly."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from flask import Flask

from app.http.revisions import if_match
from app.wiring import Wiring
from rewards.redemption.refusals import OfferChanged
from tests.builders.people import Http, an_organisation
from tests.builders.redemption import OFFER_SENT

READ = [
    (None, None),
    ("*", None),
    (" * ", None),
    ('"3"', {3}),
    ('"3", "4"', {3, 4}),
    ('"3" ,, "4",', {3, 4}),
    ('W/"3", "4"', {4}),
    ('"other", "4"', {4}),
]
UNREADABLE = [
    "", " ", ",", "3", "'3'", '"3', '3"', '""', '"0"', '"03"', '"-3"', '"3.0"', '"٣"', '"3" "4"',
    'W/"3"', 'w/"3"', 'W/"3", W/"4"', '"*"', '*, "3"', '"3"; q=1', '"1234567890"', '"3"x', "W/3",
]  # fmt: skip


@pytest.mark.parametrize(("header", "revisions"), READ)
def test_a_tag_that_was_read_names_its_revision(header: str | None, revisions: object) -> None:
    headers = {} if header is None else {"If-Match": header}
    with Flask("empty").test_request_context(headers=headers):
        assert if_match(OfferChanged("no_revision")) == revisions


@pytest.mark.parametrize("header", UNREADABLE)
def test_what_names_no_revision_changes_nothing(header: str) -> None:
    request = Flask("empty").test_request_context(environ_base={"HTTP_IF_MATCH": header})
    with request, pytest.raises(OfferChanged):
        if_match(OfferChanged("no_revision"))


@pytest.fixture
def patch(http: Http, wiring: Wiring, token_for: Callable[..., str]) -> Callable[[str], int]:
    """The status of a change of an offer at its first revision, sent with an If-Match."""
    token = token_for("merchant", tenant=an_organisation(wiring, "merchant"))
    made = http.post("/v1/merchant/offers", OFFER_SENT, token=token)
    path = f"/v1/merchant/offers/{made.json['id']}"

    def send(header: str) -> int:
        points = {"points": secrets.randbelow(1_000) + 1}
        answer = http.patch(path, points, token=token, headers={"If-Match": header})
        assert (answer.status_code == 200) or answer.json["code"] == "OFFER_CHANGED"
        return answer.status_code

    return send


def test_an_offer_is_changed_by_whoever_read_it_and_by_nobody_else(
    patch: Callable[[str], int],
) -> None:
    for header in ('W/"1"', "", "1", '"2"', 'W/"1", "7"'):
        assert patch(header) == 412, header
    assert patch('"9", "1"') == 200
    assert patch('"1"') == 412
    assert patch("*") == 200
