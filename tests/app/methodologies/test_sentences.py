"""A calculation in plain sentences: the same numbers, in Chinese and in English."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.messages.catalogues import LANGUAGES
from app.shown.calculation import tell_calculation
from behaviours.actions.exported import export_calculation
from behaviours.actions.shipped import load_rulebook
from tests.app.methodologies.test_verifier import recorded_examples
from tests.app.recording.conftest import Scene, make_scene

__all__ = ["make_scene"]


@pytest.fixture
def read(make_scene: Any) -> Any:
    """Reads the calculation of a ride, with a query or headers."""
    scene: Scene = make_scene()
    action_id = scene.report().json["id"]

    def reading(query: str = "", **headers: str) -> Any:
        path = f"/v1/actions/{action_id}/calculation{query}"
        return scene.http.get(path, token=scene.provider_token, headers=headers)

    return reading


def test_a_ride_is_told_in_english(read: Any) -> None:
    answer = read("?lang=en")
    assert answer.headers["Content-Language"] == "en"
    told = answer.json["sentences"]
    assert told[0].startswith("The action: Metro ride, done on ")
    assert told[0].endswith(" in 广东 (CN-44).")
    assert any(
        "= trips × EF_trip = 1 trip × 0.046 kgCO2e/trip = 0.046 kgCO2e" in each for each in told
    )
    assert "it is 46,000 mg, that is 46 g." in told[-3]
    assert told[-2] == "The weakest figure behind this result is read in the press."
    assert told[-1] == "Computed again just now, it is 46,000 mg, as the books hold it."


def test_a_ride_is_told_in_chinese(read: Any) -> None:
    answer = read("?lang=zh-CN")
    assert answer.json["language"] == answer.headers["Content-Language"] == "zh-CN"
    told = answer.json["sentences"]
    assert told[0].startswith("行为：地铁出行，发生于")
    assert told[-1] == "现时重新计算得 46,000 毫克，与账本一致。"
    assert all(each.endswith("。") for each in told)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-Hans-CN", "zh-CN"),
        ("en-GB;q=0.5, zh;q=0.4", "en"),
        ("fr, zh-TW;q=0.2", "zh-CN"),
        ("fr", None),
        ("*", None),
        ("", None),
        ("zh;q=0", None),
    ],
)
def test_the_reader_s_language_is_heard(read: Any, header: str, language: str | None) -> None:
    answer = read(**{"Accept-Language": header})
    assert answer.json.get("language") == language
    assert ("sentences" in answer.json) == (language is not None)


def test_the_query_goes_before_the_header_and_other_languages_are_refused(read: Any) -> None:
    answer = read("?lang=en", **{"Accept-Language": "zh-CN"})
    assert answer.json["language"] == "en"
    refused = read("?lang=tlh")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "?lang")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_can_be_told_and_every_number_of_it_is_there(language: str) -> None:
    for _, _, reduction in recorded_examples():
        record = reduction.record()
        calculation = json.loads(json.dumps(export_calculation(record, load_rulebook())))
        told = tell_calculation(calculation, language)
        whole = " ".join(told)
        assert f"{reduction.saved_mg:,}" in whole
        assert calculation["digest"] in whole
        for one in (*calculation["steps"], *calculation["parameters"]):
            assert one["name"] in whole
            assert one.get("value", "") in whole
        for text in told:
            assert "{" not in text, text
            assert "None" not in text, text


def test_what_is_sent_without_its_end_is_told_the_minute_that_was_taken_and_why() -> None:
    told = 0
    for version, _, reduction in recorded_examples():
        exported = export_calculation(reduction.record(), load_rulebook())
        sentences = [
            each
            for language in LANGUAGES
            for each in tell_calculation(exported, language)
            if "without its end" in each or "未报结束时间" in each
        ]
        rule = version.told.interval
        assert len(sentences) == (2 if rule.occupies_person and not rule.required else 0)
        assert rule.least_minutes is None, "no source prints one"
        assert all("1 min" in each or "1 分钟" in each for each in sentences)
        told += len(sentences)
    assert told


def test_a_rule_that_states_its_time_is_named_for_it() -> None:
    [exported, *_] = [
        export_calculation(reduction.record(), load_rulebook())
        for version, _, reduction in recorded_examples()
        if version.told.interval.occupies_person and not version.told.interval.required
    ]
    document = {**exported["document"]}
    document["interval"] = {**document["interval"], "least_minutes": "7"}
    told = tell_calculation({**exported, "document": document}, "en")
    assert any("takes 7 min of the person's time, as the rule states" in each for each in told)


def test_a_difference_is_said_in_both_languages() -> None:
    _, _, reduction = next(recorded_examples())
    calculation = export_calculation(reduction.record(), load_rulebook())
    wrong = {**calculation, "saved_mg": "1"}
    assert "the books hold 1 mg" in tell_calculation(wrong, "en")[-1]
    assert "账本所记为 1 毫克" in tell_calculation(wrong, "zh-CN")[-1]
