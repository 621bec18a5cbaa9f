"""The clause of payments: read whole, left out, or refused by name."""

from __future__ import annotations

import pytest

from behaviours.payment_terms import UNSTATED, PaymentTerms
from behaviours.programme import SHIPPED, InvalidProgramme, load_programmes
from tests.builders.programmes import stating

WATCHFUL = SHIPPED.with_name("watchful.yaml")


def stated(part: str) -> PaymentTerms:
    return stating(payments=part).versions[0].payments


def test_what_a_version_leaves_out_is_not_done() -> None:
    assert load_programmes().versions[0].payments == UNSTATED == PaymentTerms(None, None, None)
    assert stated('{pay_within_bank_days: "3"}') == PaymentTerms(3, None, None)
    assert stated('{confirm_within_bank_days: "9"}') == PaymentTerms(None, None, 9)


def test_a_programme_states_all_of_it() -> None:
    assert load_programmes(WATCHFUL).versions[0].payments == PaymentTerms(3, 2, 10)


@pytest.mark.parametrize(
    "part",
    ['{pay_within_bank_days: "0"}', '{pay_within_bank_days: "366"}', '{days: "3"}', "[]"],
)
def test_what_is_no_number_of_days_is_refused(part: str) -> None:
    with pytest.raises(InvalidProgramme):
        stated(part)
