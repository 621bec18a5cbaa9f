"""Proxies: figures that stand in for those of a text that was not read, and say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.judging import judge
from behaviours.actions.shipped import load_rulebook
from behaviours.rules.factors import shipped_factors
from behaviours.rules.methodology import MethodologyIncomplete
from behaviours.rules.rulebook import Rulebook
from tests.behaviours.builders import LATER, an_action, saved
from tests.builders.civil import CHINA

STARTS = date(2026, 12, 15)
BEGINS = datetime(2026, 12, 14, 16, tzinfo=UTC)
# Kilograms of the CPCD's rows (an e-mail: ADEME's), for what is replaced and what replaces it.
PAIRS = {
    "reusable_packaging": ("0.381092", "0.098068"),
    "eco_lunch_box": ("0.18618", "0.13793"),
    "recycled_fibre_garment": ("9.673", "4.380"),
    "e_invoice": ("0.00464", "0.00246"),
}


def answer(behaviour: str, done: datetime, count: int = 1) -> object:
    quantities, evidence = LATER[behaviour]
    action = an_action(
        behaviour,
        region="CN-44",
        occurred_at=done,
        quantities=dict.fromkeys(quantities, str(count)),
        evidence=evidence,
    )
    (found,) = judge(load_rulebook(), [action], now=done + timedelta(minutes=1), zone=CHINA)
    return found


@pytest.mark.parametrize("behaviour", sorted(PAIRS))
@pytest.mark.parametrize("count", [1, 3, 7])
def test_what_a_proxy_saves_is_the_difference_of_its_pair(behaviour, count):
    replaced, replacing = (Fraction(each) for each in PAIRS[behaviour])
    accepted = answer(behaviour, BEGINS, count)
    assert isinstance(accepted, AcceptedAction)
    reduction = saved(accepted)
    assert reduction.saved_mg == count * (replaced - replacing) * 1_000_000
    # The figures are secondary, but no text that was read says that they are to be subtracted so.
    assert reduction.provenance == "assumption"


@pytest.mark.parametrize("behaviour", sorted(PAIRS))
def test_before_its_first_day_the_behaviour_still_waits(behaviour):
    assert isinstance(answer(behaviour, BEGINS - timedelta(hours=1)), MethodologyIncomplete)


@pytest.mark.parametrize("behaviour", sorted(PAIRS))
def test_a_proxy_says_so_in_its_version_its_document_and_its_scope(behaviour):
    version = load_rulebook().version_for(behaviour, STARTS, "CN-44")
    assert "proxy" in version.version
    assert version.stated.document.title.startswith("Proxy")
    assert version.stated.missing


@pytest.mark.parametrize("behaviour", sorted(PAIRS))
def test_a_region_with_a_rule_of_its_own_is_never_given_a_proxy(behaviour):
    proxy = load_rulebook().version_for(behaviour, STARTS, "CN-44")
    validity = replace(
        proxy.validity, regions=frozenset({"CN-31"}), starts_on=STARTS - timedelta(days=90)
    )
    own = replace(proxy, version="own", validity=validity)
    rulebook = Rulebook([proxy, own], shipped_factors())
    assert rulebook.version_for(behaviour, STARTS, "CN-31").version == "own"
    assert rulebook.version_for(behaviour, STARTS, "CN-44").version == proxy.version
