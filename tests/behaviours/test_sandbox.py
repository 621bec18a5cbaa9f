"""A sandbox is a provider's own; it takes over what is published live and nothing of anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

import pytest

from behaviours.organisations import PROVIDER
from behaviours.sandbox import (
    MOST_ANEW,
    Catalogue,
    Sandbox,
    SandboxForProviders,
    SandboxOpenAlready,
    SandboxOwner,
    SandboxTooOftenAnew,
    UnknownSandbox,
    check_may_open,
    check_sees_sandbox,
)
from behaviours.texts import CONSENT
from behaviours.viewer import Viewer
from tests.behaviours.test_texts import a_text

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
METRO, OTHER = UUID(int=100), UUID(int=200)


def test_a_sandbox_is_for_who_reports() -> None:
    SandboxOwner(METRO, PROVIDER, "Metro").check()
    with pytest.raises(SandboxForProviders):
        SandboxOwner(METRO, "merchant", "Tea").check()


def test_a_sandbox_is_opened_once_and_anew_a_few_times_a_day() -> None:
    open_one = Sandbox(METRO, NOW)
    check_may_open(None, 0, anew=False)
    check_may_open(open_one, MOST_ANEW, anew=True)
    with pytest.raises(SandboxOpenAlready):
        check_may_open(open_one, 0, anew=False)
    with pytest.raises(SandboxTooOftenAnew):
        check_may_open(open_one, MOST_ANEW + 1, anew=True)


def test_a_sandbox_is_known_to_its_own_and_to_the_programme() -> None:
    check_sees_sandbox(Viewer("operator", None), METRO)
    check_sees_sandbox(Viewer("provider", METRO), METRO)
    with pytest.raises(UnknownSandbox):
        check_sees_sandbox(Viewer("provider", OTHER), METRO)


def test_the_numbers_of_a_sandbox_are_of_an_issuer_of_its_own() -> None:
    kinds = frozenset({"ride", "meter"})
    one, other = Sandbox(METRO, NOW).issuer(kinds), Sandbox(OTHER, NOW).issuer(kinds)
    assert one.kinds == ("meter", "ride")
    assert one.code != other.code


def test_published_texts_are_taken_over_under_ids_of_the_sandbox() -> None:
    ids = map(UUID, (f"{number:032x}" for number in count(500)))
    catalogue = Catalogue((a_text("1"), a_text("2"), a_text("3", out=False)), (), {}, ())
    found = catalogue.new_texts([a_text("1")], new_id=lambda: next(ids), now=NOW)
    assert [(each.kind, each.version, each.text_id.int) for each in found] == [(CONSENT, "2", 500)]
    assert found[0].published_at == NOW


def test_what_was_withdrawn_live_is_withdrawn_there() -> None:
    catalogue = Catalogue((), (), {"bj.ride@2024": date(2026, 7, 1)}, ())
    assert catalogue.withdrawn() == [("bj.ride", "2024", date(2026, 7, 1))]
