"""Clients: secrets overlap for a while, three at most are good, and a revoked one is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.client_terms import USUAL, ClientTerms
from behaviours.clients import (
    MOST_SECRETS,
    REVOKED,
    Client,
    ClientRevoked,
    ClientSecret,
    ClientUse,
    SecretsStillGood,
    TooManyClients,
    check_holds_secrets,
    check_room,
    sees_clients,
)
from behaviours.users import ADMINISTRATOR, MEMBER, NotAdministrator, new_staff
from behaviours.viewer import Viewer

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
METRO, OTHER = UUID(int=100), UUID(int=200)
TERMS = ClientTerms(overlap=24 * HOUR, most=2)


def a_client(*secrets: ClientSecret) -> Client:
    given = secrets or (ClientSecret(UUID(int=1), NOW - HOUR),)
    return Client(
        "provider_1", METRO, "provider", ClientUse("Rides", None), "active", NOW, None, given
    )


def test_a_rotated_secret_stays_good_for_the_programmes_while() -> None:
    rotated = a_client().rotated(UUID(int=2), TERMS, now=NOW)
    newest, before = rotated.secrets
    assert (newest.secret_id, newest.good_until) == (UUID(int=2), None)
    assert before.good_until == NOW + 24 * HOUR
    assert before.is_good(NOW + 23 * HOUR)
    assert not before.is_good(NOW + 24 * HOUR)
    assert rotated.former(NOW) == (before,)
    assert rotated.former(NOW + 24 * HOUR) == ()


def test_no_more_than_three_secrets_are_good_at_one_time() -> None:
    client = a_client()
    for number in range(2, MOST_SECRETS + 1):
        client = client.rotated(UUID(int=number), TERMS, now=NOW)
    with pytest.raises(SecretsStillGood) as caught:
        client.rotated(UUID(int=9), TERMS, now=NOW)
    assert caught.value.facts["count"] == MOST_SECRETS
    later = client.rotated(UUID(int=9), TERMS, now=NOW + 24 * HOUR)
    assert len(later.former(NOW + 24 * HOUR)) == 1


def test_former_secrets_are_ended_at_once_and_the_present_one_stays() -> None:
    rotated = a_client().rotated(UUID(int=2), TERMS, now=NOW)
    alone = rotated.without_former(now=NOW + HOUR)
    assert alone.former(NOW + HOUR) == ()
    assert [each.is_good(NOW + HOUR) for each in alone.secrets] == [True, False]
    # What had ended by itself ended then, and not now.
    past = ClientSecret(UUID(int=1), NOW - 9 * HOUR, NOW - HOUR)
    kept = a_client(ClientSecret(UUID(int=2), NOW), past).without_former(now=NOW).secrets
    assert kept[1].good_until == NOW - HOUR


def test_a_revoked_client_has_no_good_secret_and_never_comes_back() -> None:
    revoked = a_client().rotated(UUID(int=2), TERMS, now=NOW).revoked(now=NOW + HOUR)
    assert (revoked.state, revoked.revoked_at) == (REVOKED, NOW + HOUR)
    assert not any(each.is_good(NOW + HOUR) for each in revoked.secrets)
    for again in (
        lambda: revoked.revoked(now=NOW),
        lambda: revoked.without_former(now=NOW),
        lambda: revoked.rotated(UUID(int=3), TERMS, now=NOW),
    ):
        with pytest.raises(ClientRevoked):
            again()


def test_an_organisation_has_as_many_as_the_programme_grants() -> None:
    check_room(1, TERMS)
    with pytest.raises(TooManyClients) as caught:
        check_room(2, TERMS)
    assert caught.value.facts == {"most": 2}
    check_room(USUAL.most - 1, USUAL)


def test_secrets_are_seen_by_administrators_alone_and_clients_by_the_organisation() -> None:
    administrator, member = (
        new_staff(UUID(int=5), "u", "Li", "provider", organisation_id=METRO, duty=duty, now=NOW)
        for duty in (ADMINISTRATOR, MEMBER)
    )
    check_holds_secrets(administrator, METRO)
    for user, organisation in ((member, METRO), (administrator, OTHER)):
        with pytest.raises(NotAdministrator):
            check_holds_secrets(user, organisation)
    assert sees_clients(Viewer("operator", None), METRO)
    assert sees_clients(Viewer("provider", METRO), METRO)
    assert not sees_clients(Viewer("provider", OTHER), METRO)
