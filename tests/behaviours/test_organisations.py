"""Which organisations take part, and how their refusals are told to clients of OAuth 2."""

from __future__ import annotations

import pytest

from behaviours.organisations import (
    ORGANISATION_KINDS,
    ROLE_OF_KIND,
    InvalidClient,
    InvalidGrant,
    TooManyAttempts,
    UnsupportedGrantType,
)
from behaviours.refusal import Kind


def test_every_kind_of_organisation_has_the_role_of_its_clients() -> None:
    assert ORGANISATION_KINDS == ("provider", "merchant", "enterprise", "verifier", "exchange")
    assert {kind for kind, role in ROLE_OF_KIND.items() if kind != role} == {"exchange"}


def test_an_exchange_comes_by_the_routes_of_enterprises() -> None:
    assert ROLE_OF_KIND["exchange"] == "enterprise"


@pytest.mark.parametrize("refusal", [InvalidClient, InvalidGrant, UnsupportedGrantType])
def test_the_words_of_oauth_are_those_of_our_codes(
    refusal: type[InvalidClient | InvalidGrant | UnsupportedGrantType],
) -> None:
    assert refusal.oauth_error == refusal.code.lower()


def test_who_tried_too_often_is_told_how_long_to_wait() -> None:
    refused = TooManyAttempts(retry_after_s=60)
    assert (refused.kind, refused.facts) == (Kind.BUSY, {"retry_after_s": 60})


def test_a_wrong_secret_never_says_which_half_was_wrong() -> None:
    assert InvalidClient("wrong").facts == {}
    assert InvalidGrant("password_wrong").facts == {}
