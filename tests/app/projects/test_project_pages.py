"""Projects as pages: everybody reads them without a script, in Chinese and English."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest

from app.messages.catalogues import messages
from app.wiring import Wiring
from tests.builders.monitored import Sunny, days
from tests.builders.project_chain import ProjectChain
from tests.builders.projects import WETLAND, Applicant, a_place, on_land, parcel, square

SPAN = days("2024-07-01", "2026-01-01")
EXPORT = {"export": {"M1.2024": "410250", "M2.2024": "205125", "M1.2025": "98750.5"}}
LANGUAGES = ("zh-CN", "en")


@pytest.fixture(scope="module")
def issued(wiring: Wiring) -> Sunny:
    """A project whose first period came to units of two vintages."""
    sunny = Sunny(wiring)
    sunny.expected()
    sunny.registered()
    period = sunny.open(SPAN.starts_on.isoformat(), SPAN.ends_before.isoformat())
    sunny.measure(period, sunny.measured(SPAN, EXPORT))
    sunny.verified(period, sunny.a_verifier())
    sunny.issue(period)
    return sunny


def page_of(http: Any, path: str) -> str:
    answer = http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/html; charset=utf-8"
    assert "Accept-Language" in answer.headers["Vary"]
    return unescape(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_project_is_read_with_its_design_its_notices_and_its_units(
    issued: Sunny, language: str
) -> None:
    one = issued.http.get(f"/v1/registry/projects{issued.path}").json
    page = page_of(issued.http, f"/registry/projects{issued.path}?lang={language}")
    words = messages(language)
    design = one["design_document"]["design"]
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    for said in (
        one["name"], one["summary"], one["number"], one["region"],
        one["design_document"]["digest"], words["register:project_state.registered"],
        "2024-07-01 – 2026-12-31", "400000 W", "owner 70 %", "village 30 %",
        design["baseline"], design["additionality"], design["consultation"],
        one["notices"][0]["last_day"], "cdm.grid_connected_pv@1",
        f"1: {SPAN.starts_on} – 2025-12-31",
    ):  # fmt: skip
        assert said in page, said
    assert [each["vintage"] for each in one["issued"]] == [2024, 2025]
    assert [each["owner_t"] for each in one["issued"]] == [404, 64]
    for each in one["issued"]:
        assert f"{each['owner_t']} t" in page
        assert each["bundle_id"] in page
    listed = page_of(issued.http, f"/registry/projects?lang={language}")
    assert f"/registry/projects{issued.path}?lang={language}" in listed
    assert "<script" not in listed


def test_what_the_page_says_was_issued_stands_in_the_registry(issued: Sunny) -> None:
    one = issued.http.get(f"/v1/registry/projects{issued.path}").json
    for each in one["issued"]:
        found = issued.http.get(f"/v1/registry/bundles/{each['bundle_id']}").json
        assert sum(int(block["quantity_t"]) for block in found["blocks"]) == each["owner_t"]
        assert {block["vintage"] for block in found["blocks"]} == {each["vintage"]}


def test_the_register_counts_the_projects_that_everybody_reads(
    later: Wiring, applicant: Applicant
) -> None:
    def counted(state: str) -> int:
        told = applicant.http.get("/v1/registry/statistics").json["projects"]
        return sum(
            each["projects"]
            for each in told
            if (each["methodology_code"], each["state"]) == (WETLAND["methodology_code"], state)
        )

    before = counted("on_notice")
    path = applicant.submitted()
    assert applicant.state(path, on_land(parcel("A", square(a_place())))).status_code == 201
    assert (counted("designed"), counted("on_notice")) == (0, before), "nobody else reads it yet"
    chain = ProjectChain(later, path)
    chain.on_notice()
    assert counted("on_notice") == before + 1
    listed = applicant.http.get("/v1/registry/projects?state=on_notice&limit=100").json
    assert not listed["has_more"]
    mine = [
        each for each in listed["data"] if each["methodology_code"] == WETLAND["methodology_code"]
    ]
    assert len(mine) == before + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_while_a_notice_runs_the_page_says_how_to_object(
    later: Wiring, applicant: Applicant, language: str
) -> None:
    path = applicant.submitted()
    assert applicant.state(path, on_land(parcel("A<b>", square(a_place())))).status_code == 201
    hidden = applicant.http.get(f"/registry/projects{path}")
    assert hidden.status_code == 404, "before its first notice nobody else reads it"
    chain = ProjectChain(later, path)
    chain.on_notice()
    page = page_of(applicant.http, f"/registry/projects{path}?lang={language}")
    words = messages(language)
    assert words["register:notice_object"] in page
    assert chain.project().notice_until.isoformat() in page
    assert words["register:project_nothing_issued"] in page
    assert f"/v1/registry/projects{path}/boundary" in page
    assert " ha, 1 " in page


def test_a_name_is_shown_as_it_is_written(later: Wiring, applicant: Applicant) -> None:
    path = applicant.submitted(name="<b>红树林</b> & Co", summary="<script>alert(1)</script>")
    assert applicant.state(path, on_land(parcel("A", square(a_place())))).status_code == 201
    chain = ProjectChain(later, path)
    chain.on_notice()
    answer = applicant.http.get(f"/registry/projects{path}")
    assert "<script" not in answer.text
    assert "&lt;b&gt;红树林&lt;/b&gt; &amp; Co" in answer.text
