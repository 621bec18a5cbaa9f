"""Every step of those who act for the programme says whether two people take it, and does so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.http.openapi import described
from behaviours.decided_by import ALONE, BY_TWO
from behaviours.users import PROGRAMME_ROLES
from tests.contracts.sources import expect_none

# Signed by both without an answer of its own: the rows of a file are many, each awaited
# by itself, and an approval says whether the gate is open.
UNTOLD = {
    "boundary.import",
    "calendar.import",
    "issuer.import",
    "scene.import",
    "text.import",
    "verifier.import",
    "methodology.approve_for_bundles",
}
# Answered 202 because a job does it.
JOBS = {
    "bundle.cancel",
    "bundle.preview",
    "bundle.report",
    "bundle.select",
    "methodology.run_in_shadow",
}


@pytest.fixture(scope="module")
def contract(app: Flask) -> dict[str, Any]:
    return described(app)


def of_the_programme(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, path, step) of every route by which somebody acts for the programme."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        step = getattr(view, "step", None)
        if step and set(view.roles) & set(PROGRAMME_ROLES):  # type: ignore[attr-defined]
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, rule.rule.replace("<", "{").replace(">", "}"), step


def test_each_step_is_by_two_or_says_why_one_is_enough(app: Flask) -> None:
    taken = {step for _, _, step in of_the_programme(app)}
    expect_none("Steps that say neither", sorted(taken - BY_TWO - ALONE.keys()))
    expect_none("Steps that say both", sorted(BY_TWO & ALONE.keys()))
    expect_none("Steps of no route", sorted((BY_TWO | ALONE.keys()) - taken))
    assert all(len(why) > 20 for why in ALONE.values())


def test_what_is_by_two_waits_for_a_signature_and_nothing_else_does(
    app: Flask, contract: dict[str, Any]
) -> None:
    faults = [
        f"{method} {path}: {step}"
        for method, path, step in of_the_programme(app)
        if step not in UNTOLD | JOBS
        and ("202" in contract["paths"][path][method.lower()]["responses"]) != (step in BY_TWO)
    ]
    expect_none("Steps whose answer says otherwise than the table", faults)
