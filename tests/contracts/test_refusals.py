"""Every refusal has a code of its own, a status, a cause and a remedy."""

from __future__ import annotations

import re
from collections import Counter

from app.http.errors import HTTP_CODES, STATUS, status_of
from app.messages.catalogues import LANGUAGES, messages
from behaviours.refusal import Kind, Refusal
from tests.contracts.refusals import every_refusal


def test_every_kind_has_a_status_and_every_refusal_states_its_kind():
    assert set(STATUS) == set(Kind)
    assert [each.__name__ for each in every_refusal() if _states(each) is None] == []


def _states(refusal: type[Refusal]) -> Kind | None:
    """The kind that the class or a named refusal above it states."""
    return next((vars(each)["kind"] for each in refusal.__mro__[:-3] if "kind" in vars(each)), None)


def test_every_refusal_has_a_code_of_its_own():
    codes = Counter(kind.code for kind in every_refusal() if "code" in vars(kind))
    assert [code for code, count in codes.items() if count > 1] == []
    without = [kind.__name__ for kind in every_refusal() if kind.code == Refusal.code]
    assert without == []
    assert [code for code in codes if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,62}", code)] == []


def test_every_refusal_says_its_cause_and_every_status_a_remedy():
    assert [kind.__name__ for kind in every_refusal() if not kind.__doc__] == []
    statuses = {status_of(kind) for kind in every_refusal()} | set(HTTP_CODES)
    for language in LANGUAGES:
        said = messages(language)
        assert [each for each in statuses if f"remedy:{each}" not in said] == []


def test_every_code_has_its_page(http):
    for kind in every_refusal():
        page = http.get(f"/docs/errors/{kind.code}")
        assert page.status_code == 200, kind.code
        assert str(status_of(kind)) in page.text
    assert http.get("/docs/errors/NO_SUCH_CODE").status_code == 404
