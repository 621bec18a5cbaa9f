"""Anybody reads what personal data are for, on which basis, and for how long, in both languages."""

from __future__ import annotations

from html import unescape

import pytest

from behaviours.data_protection import BASES, PROCESSED_FOR, SENSITIVE, read_data_protection
from behaviours.document import DocumentError
from behaviours.retention import FOR_EVER, KINDS
from behaviours.yaml_text import read_tree
from tests.builders.people import Http

# Nobody is named in them: a task's own work, what is published, and what the books work with.
NOBODYS = {"finished_work", "failed_work", "published", "working"}
STATED = """
contact: privacy@example.cn
stored_in: 杭州市
assessed_on: {places: 2026-10-01}
bases: {checks: duty}
"""


def test_whatever_is_kept_of_people_is_kept_for_a_purpose() -> None:
    kept = {kind for each in PROCESSED_FOR.values() for kind in each.kept}
    assert kept == {*KINDS, *FOR_EVER} - NOBODYS


@pytest.mark.parametrize(
    ("language", "places"),
    [("en", "To check that a ride can have been so"), ("zh-CN", "核验出行是否真实")],
    ids=["en", "zh"],
)
def test_the_page_says_what_the_contract_says(http: Http, language: str, places: str) -> None:
    asked = http.get("/v1/programme", headers={"Accept-Language": language})
    said = asked.json["data_protection"]
    assert [each["purpose"] for each in said["purposes"]] == [*PROCESSED_FOR]
    lines = {each["purpose"]: each for each in said["purposes"]}
    assert (lines["places"]["what"], lines["places"]["basis"]) == (places, "consent")
    assert lines["places"]["sensitive"]
    # Nothing is claimed that the programme does not state.
    assert (said["contact"], said["stored_in"], lines["places"]["assessed_on"]) == (None,) * 3
    schedule = {each["kind"]: each for each in asked.json["retention"]}
    page = http.get(f"/docs/data-protection?lang={language}")
    assert page.status_code == 200
    shown = unescape(page.text)
    for line in lines.values():
        assert line["what"] in shown
        assert line["data"] in shown
        assert line["basis_in_words"] in shown
        for kind in line["kept"]:
            assert schedule[kind]["what"] in shown


def test_a_programme_states_its_own_bases_and_days() -> None:
    terms = read_data_protection(read_tree(STATED, "programme.yaml", DocumentError))
    assert (terms.contact, terms.stored_in) == ("privacy@example.cn", "杭州市")
    assert terms.bases["checks"] == "duty"
    assert terms.bases["points"] == PROCESSED_FOR["points"].basis
    assert [*terms.assessed_on] == ["places"]
    assert {*terms.bases.values()} <= {*BASES}
    for wrong in (
        "bases: {checks: interest}",
        "bases: {advertising: consent}",
        "assessed_on: {points: 2026-10-01}",
        "assessed_on: {places: soon}",
        "owner: me",
    ):
        with pytest.raises(DocumentError):
            read_data_protection(read_tree(wrong, "programme.yaml", DocumentError))
    assert SENSITIVE == ("places", "children")
