"""The guides: the same in both languages, as pages and as markdown, with this server's address."""

from __future__ import annotations

import re

import pytest

from app.web.guides.texts import GUIDES, LANGUAGES, answers_of, blocks_of, words_of
from tests.builders.people import Http


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_guide_shows_every_command_once_and_in_order(guide: str, language: str) -> None:
    placed = re.findall(r"^\[\[(\d+)\]\]$", words_of(guide, language), re.MULTILINE)
    assert placed == [str(at + 1) for at in range(len(blocks_of(guide)))]
    assert len(answers_of(guide)) == len(blocks_of(guide))


@pytest.mark.parametrize("guide", GUIDES)
def test_each_guide_is_a_page_and_a_markdown_text(http: Http, guide: str) -> None:
    page = http.get(f"/docs/guides/{guide}?lang=en")
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert "<script" not in page.text
    text = http.get(f"/docs/guides/{guide}.md?lang=en")
    assert text.content_type == "text/markdown; charset=utf-8"
    assert "[[" not in text.text
    assert "{base}" not in text.text
    if blocks_of(guide):
        assert "BASE=http://localhost" in text.text


def test_links_of_the_guides_lead_somewhere(http: Http) -> None:
    for guide in GUIDES:
        for language in LANGUAGES:
            for link in re.findall(r"\]\((/[^)]*)\)", words_of(guide, language)):
                assert http.get(link).status_code == 200, (guide, link)


def test_the_start_page_and_the_list_for_programs_name_every_guide(http: Http) -> None:
    start, listed, marked = (http.get(each).text for each in ("/docs", "/llms.txt", "/docs.md"))
    for guide in GUIDES:
        assert f"/docs/guides/{guide}?" in start
        assert f"/docs/guides/{guide}.md" in listed
        assert f"/docs/guides/{guide}.md" in marked


def test_old_addresses_lead_to_the_same(http: Http) -> None:
    assert http.get("/docs/").location == "/docs"
    assert "swagger-ui-bundle.js" in http.get("/docs/try").text


def test_the_reference_shows_an_answer_that_was_given(http: Http) -> None:
    listed = http.get("/docs/reference/recording?lang=en").text
    assert "/docs/reference/recording/actions_report_action?" in listed
    page = http.get("/docs/reference/recording/actions_report_action?lang=zh-CN").text
    assert "&#34;reduction&#34;" in page
    for nothing in ("/docs/reference/nobody", "/docs/reference/recording/x", "/docs/guides/x"):
        assert http.get(nothing).status_code == 404
