"""Every refusal has a code of its own, a status, a cause and a remedy."""

from __future__ import annotations

import re
from collections import Counter

from app.http.errors import HTTP_CODES, STATUS, status_of
from app.messages.catalogues import LANGUAGES, messages
from behaviours.refusal import KINDS, Conflict, Kind, Refusal, Unknown
from tests.contracts.refusals import every_refusal


def test_every_kind_has_a_status_and_every_refusal_stands_below_its_kind():
    assert set(STATUS) == set(Kind) == {each.kind for each in KINDS}
    assert set(Refusal.__subclasses__()) == set(KINDS)
    below = [each for each in every_refusal() if "kind" in vars(each)]
    assert below == []


def test_the_code_is_the_name_unless_it_was_published_under_another():
    class SoldOut(Conflict):
        """Declared without a code."""

    class UnknownTicket(Unknown, code="TICKET_UNKNOWN"):
        """Declared with one."""

    class UnknownPass(UnknownTicket):
        """Below a named refusal."""

    assert (SoldOut.code, SoldOut.kind) == ("SOLD_OUT", Kind.CONFLICT)
    assert UnknownTicket.code == UnknownPass.code == "TICKET_UNKNOWN"
    assert not any(hasattr(kind, "code") for kind in KINDS)


def test_every_refusal_has_a_code_of_its_own():
    codes = Counter(kind.code for kind in every_refusal() if "code" in vars(kind))
    assert [code for code, count in codes.items() if count > 1] == []
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
