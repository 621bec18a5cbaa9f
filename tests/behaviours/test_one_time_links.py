"""One-time links are good once and for a while; a way back waits where everybody can see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.one_time_links import (
    FACTOR,
    JOIN,
    LEAST_PASSWORD,
    LIVES,
    PASSWORD,
    PURPOSES,
    RECOVERY,
    RECOVERY_ALONE_WAITS,
    RECOVERY_WAITS,
    LinkNotYetGood,
    LinkOver,
    OneTimeLink,
    PasswordTooShort,
    RecoveryTerms,
    check_length,
    new_link,
    recovery_terms,
)

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
TERMS = RecoveryTerms(RECOVERY_WAITS, b"release")


def a_link(purpose: str = JOIN) -> OneTimeLink:
    recovery = TERMS if purpose == RECOVERY else None
    return new_link(b"digest", UUID(int=1), purpose, UUID(int=2), recovery=recovery, now=NOW)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_is_good_once_and_as_long_as_its_purpose(purpose: str) -> None:
    link = a_link(purpose)
    begins = NOW + (RECOVERY_WAITS if purpose == RECOVERY else timedelta())
    used = link.use(begins)
    assert used.used_at == begins
    link.check_good(begins + LIVES[purpose] - timedelta(seconds=1))
    for one, at, case in ((used, begins, "used"), (link, begins + LIVES[purpose], "expired")):
        with pytest.raises(LinkOver) as caught:
            one.check_good(at)
        assert caught.value.case == case
    assert link.sets_up_factor == (purpose != PASSWORD)


def test_another_link_takes_the_place_of_one() -> None:
    replaced = OneTimeLink(
        b"", UUID(int=1), FACTOR, UUID(int=2), NOW + LIVES[FACTOR], replaced_at=NOW
    )
    with pytest.raises(LinkOver) as caught:
        replaced.use(NOW)
    assert caught.value.case == "replaced"


def test_a_way_back_can_be_stopped_before_it_is_good() -> None:
    link = a_link(RECOVERY)
    assert link.release_digest == b"release"
    with pytest.raises(LinkNotYetGood):
        link.use(NOW + RECOVERY_WAITS - timedelta(minutes=1))


def test_a_way_back_takes_two_people_and_the_server_alone_waits_for_longer() -> None:
    assert recovery_terms(1, b"r", alone=False) is None
    assert recovery_terms(2, b"r", alone=False) == RecoveryTerms(RECOVERY_WAITS, b"r")
    assert recovery_terms(1, b"r", alone=True) == RecoveryTerms(RECOVERY_ALONE_WAITS, b"r")
    assert RECOVERY_ALONE_WAITS > RECOVERY_WAITS


def test_a_password_is_long() -> None:
    check_length("x" * LEAST_PASSWORD, pointer="/password")
    with pytest.raises(PasswordTooShort):
        check_length("x" * (LEAST_PASSWORD - 1), pointer="/password")
