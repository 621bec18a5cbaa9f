"""A browser that is refused something reads a page; who takes anything gets the document."""

from __future__ import annotations

from html import unescape

import pytest

from tests.builders.people import Http

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
NOWHERE = f"/registry/projects/prj_{32 * '0'}"


def asked(http: Http, path: str, accept: str, language: str = "en") -> object:
    return http.get(path, headers={"Accept": accept, "Accept-Language": language})


@pytest.mark.parametrize("path", [NOWHERE, "/nowhere", "/v1/actions", "/registry/units?lang=la"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_browser_reads_the_same_in_its_language(http: Http, path: str, language: str) -> None:
    document = asked(http, path, "*/*", language)
    page = asked(http, path, BROWSER, language)
    assert document.content_type == "application/problem+json"
    assert page.content_type == "text/html; charset=utf-8"
    assert page.status_code == document.status_code
    assert "Accept" in page.headers["Vary"]
    assert page.headers.get("WWW-Authenticate") == document.headers.get("WWW-Authenticate")
    read = unescape(page.text)
    assert f'<html lang="{language}">' in read
    for said in (document.json["title"], document.json["detail"], document.json["code"]):
        assert said in read
    assert page.headers["Request-Id"] in read


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json, text/*"])
def test_who_takes_anything_gets_the_document(http: Http, accept: str) -> None:
    assert asked(http, NOWHERE, accept).json["code"] == "NOT_FOUND"


def test_the_language_of_the_address_counts_before_that_of_the_browser(http: Http) -> None:
    page = asked(http, f"{NOWHERE}?lang=zh-CN", BROWSER, "en")
    assert '<html lang="zh-CN">' in page.text
    assert page.headers["Content-Language"] == "zh-CN"


def test_what_was_typed_in_the_address_runs_nowhere(http: Http) -> None:
    page = asked(http, "/methodologies/<script>alert(1)</script>/1", BROWSER)
    assert page.status_code == 404
    assert "<script" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
