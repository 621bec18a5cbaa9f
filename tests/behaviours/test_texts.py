"""Texts: what can be agreed to at a moment is the newest of its kind that has begun."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from behaviours.scenes import Scenes
from behaviours.texts import (
    CONSENT,
    ENTRUSTMENT,
    OF_SCENE,
    AgreedWords,
    TextInPast,
    TextNotInForce,
    Texts,
    TextVersionMalformed,
    UnknownTextKind,
    body_of,
    check_first_day,
    check_new_text,
    kinds_of_consent,
)

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SCENES = Scenes.of({"metro_ride": "travel"})
WORDS: Mapping[str, str] = {"zh-CN": "同意", "en": "I agree"}


def a_text(
    version: str,
    *,
    since: timedelta = -DAY,
    kind: str = CONSENT,
    kept: bool = True,
    out: bool = True,
) -> AgreedWords:
    bodies = {language: body_of(words) for language, words in WORDS.items()} if kept else {}
    return AgreedWords(
        UUID(int=1), kind, version, NOW + since, bodies, NOW - 9 * DAY if out else None
    )


def case_of(texts: Texts, version: str, kinds: tuple[str, ...] = (CONSENT,)) -> str:
    with pytest.raises(TextNotInForce) as caught:
        texts.check(kinds, version, NOW, pointer="/text_version")
    return caught.value.case


def test_words_are_known_by_their_hash() -> None:
    assert body_of("同意").sha256 == hashlib.sha256("同意".encode()).hexdigest()
    text = a_text("1")
    assert text.says(WORDS, NOW - DAY)
    assert not text.says({"en": "I agree"}, NOW - DAY)
    assert not text.says(WORDS, NOW)


def test_a_text_is_about_something_that_is_agreed_to() -> None:
    for kind in (CONSENT, ENTRUSTMENT, f"{OF_SCENE}metro_ride", f"{OF_SCENE}travel"):
        check_new_text(kind, "2026-01", SCENES)
    for kind in ("consents", f"{OF_SCENE}flying", ""):
        with pytest.raises(UnknownTextKind):
            check_new_text(kind, "2026-01", SCENES)
    for version in ("", "-1", "a b", "x" * 65):
        with pytest.raises(TextVersionMalformed):
            check_new_text(CONSENT, version, SCENES)


def test_only_the_first_text_of_a_kind_may_begin_before_it_is_published() -> None:
    new = a_text("2", since=-9 * DAY)
    check_first_day(new, [], today_began_at=NOW)
    check_first_day(
        new, [a_text("1", kind=ENTRUSTMENT), a_text("0", kept=False)], today_began_at=NOW
    )
    check_first_day(a_text("2", since=timedelta()), [a_text("1")], today_began_at=NOW)
    with pytest.raises(TextInPast):
        check_first_day(new, [a_text("1")], today_began_at=NOW)


def test_a_consent_is_to_the_nearest_text() -> None:
    assert kinds_of_consent("metro_ride", SCENES) == (
        f"{OF_SCENE}metro_ride", f"{OF_SCENE}travel", CONSENT,
    )  # fmt: skip
    near, far = a_text("1", kind=f"{OF_SCENE}metro_ride"), a_text("1")
    assert Texts([far, near]).find(kinds_of_consent("metro_ride", SCENES), "1") is near


def test_the_newest_that_has_begun_can_be_agreed_to_and_no_other() -> None:
    old, held, coming = a_text("1", since=-9 * DAY), a_text("2"), a_text("3", since=DAY)
    texts = Texts([old, held, coming, a_text("4", out=False), a_text("0", kept=False)])
    texts.check((CONSENT,), "2", NOW, pointer="")
    assert texts.in_force((CONSENT,), NOW) == ["2"]
    assert texts.in_force((ENTRUSTMENT,), NOW) == []
    cases = {version: case_of(texts, version) for version in ("0", "1", "3", "4", "9")}
    assert cases == {
        "0": "unkept", "1": "superseded", "3": "not_yet", "4": "unpublished", "9": "unpublished",
    }  # fmt: skip
    assert case_of(texts, "2", (ENTRUSTMENT,)) == "unpublished"


def test_of_two_that_began_at_one_moment_each_can_be_agreed_to() -> None:
    texts = Texts([a_text("1"), a_text("2")])
    assert texts.in_force((CONSENT,), NOW) == ["1", "2"]
    for version in ("1", "2"):
        texts.check((CONSENT,), version, NOW, pointer="")
