"""An app is registered by its platform's id, opens sessions, and once revoked never comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from behaviours.apps import (
    REGISTERED,
    REVOKED,
    AppIdUnfit,
    AppRevokedBefore,
    MobileApp,
    TooManyApps,
    check_app_id,
    check_app_room,
    tokens_of,
)
from behaviours.client_terms import ClientTerms, read_client_terms
from behaviours.document import DocumentError, DocumentOrigin, Part, ValueLines
from behaviours.organisations import InvalidGrant

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
METRO, OTHER = UUID(int=100), UUID(int=200)
APP = MobileApp(
    UUID(int=5), METRO, "ios", "cn.example.metro", "湖滨地铁", "Lakeside", REGISTERED, NOW
)


def test_an_app_is_revoked_once_and_for_good() -> None:
    gone = APP.revoked("It was copied.", now=NOW)
    assert (gone.state, gone.revoked_at, gone.reason) == (REVOKED, NOW, "It was copied.")
    assert gone.tokens == APP.tokens == tokens_of(APP.app_id)
    with pytest.raises(AppRevokedBefore) as caught:
        gone.revoked("Again.", now=NOW)
    assert caught.value.facts["name"] == "湖滨地铁 (Lakeside)"


def test_it_opens_for_its_own_organisation_and_for_peoples_own_logins() -> None:
    APP.check_opens(METRO)
    APP.check_opens(None)
    gone = APP.revoked("x", now=NOW)
    for app, by, case in (
        (APP, OTHER, "app_unknown"),
        (gone, OTHER, "app_unknown"),
        (gone, METRO, "app_revoked"),
        (gone, None, "app_revoked"),
    ):
        with pytest.raises(InvalidGrant) as caught:
            app.check_opens(by)
        assert caught.value.case == case


@pytest.mark.parametrize("store_id", ["cn.example.metro", "com.example_2.App", "wx0123456789abcd"])
def test_ids_of_platforms_are_taken(store_id: str) -> None:
    check_app_id(store_id, pointer="/app_id")


@pytest.mark.parametrize("store_id", ["", ".cn", "a b", "应用", "a/b", "a\n", "x" * 256, "<a>"])
def test_what_no_platform_prints_is_no_id(store_id: str) -> None:
    with pytest.raises(AppIdUnfit):
        check_app_id(store_id, pointer="/app_id")


def test_an_organisation_has_as_many_as_the_programme_grants() -> None:
    limits = ClientTerms(most_apps=2)
    check_app_room(1, limits)
    with pytest.raises(TooManyApps):
        check_app_room(2, limits)
    assert read_client_terms(None).most_apps == 20
    programme = DocumentOrigin("programme.yaml", DocumentError, ValueLines())
    stated = Part({"most_apps_per_organisation": "3"}, programme)
    assert read_client_terms(stated) == ClientTerms(most_apps=3)
