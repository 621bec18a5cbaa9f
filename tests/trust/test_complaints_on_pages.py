"""Whoever has no account complains in a browser, without a script, and reads how many others do."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import pytest
from sqlalchemy import text

from app.shown.complaint_months import months_answer
from app.usecases.complaints.count_complaint_months import count_complaint_months
from behaviours.civil_time import civil_day
from behaviours.region_register import named_regions
from tests.builders.at_once import at_once
from tests.builders.browser import FORM, HIDDEN, Browser
from tests.builders.complaint_desk import ABOUT, Unenrolled
from tests.builders.complaints import ComplaintScene, scene
from tests.builders.evidence import SLIP
from tests.builders.people import an_address

__all__ = ["scene"]

REPLY = {"outcome": "correct", "text": "We have stopped them."}


class Visitor(Browser):
    """Somebody without an account who complains in a browser."""

    def complain(self, lang: str = "en", **changes: str) -> str:
        self.open(f"/complaints?lang={lang}")
        answer = self.send(**{**ABOUT, **changes})
        assert answer.status_code == 200, answer.text
        assert self.sent[-1].startswith("/complaints/filed")
        number, self.secret = re.findall(r"<dd><code>([^<]+)</code></dd>", self.page)
        return number


@pytest.fixture
def visitor(scene: ComplaintScene) -> Visitor:
    return Visitor(scene.http.app)


def test_somebody_complains_adds_a_file_reads_the_answer_and_accepts(scene, visitor):
    number = visitor.complain()
    # The page may be loaded again: nothing is filed twice, and both can still be noted.
    assert visitor.open("/complaints/filed?lang=en").status_code == 200
    assert visitor.says(visitor.secret)
    visitor.send()
    assert visitor.says(number)
    assert visitor.says(ABOUT["text"])
    assert visitor.secret not in visitor.page
    visitor.open("/complaints/filed?lang=en")
    assert visitor.secret not in visitor.page
    visitor.open("/complaints/follow?lang=en")
    sent = visitor.send_to("/complaints/follow/files", file=(io.BytesIO(SLIP), "slip.jpg"))
    assert (sent.status_code, visitor.says("image/jpeg")) == (200, True)
    path = re.findall(r'href="(/complaints/follow/files/cfl_[^"]+)"', visitor.page)[0]
    fetched = visitor.client.get(unescape(path), base_url="https://localhost")
    assert fetched.data == SLIP
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    visitor.send_to("/complaints/follow/messages", text="Again <b>today</b>.")
    assert visitor.says("Again <b>today</b>.")
    assert "<b>today" not in visitor.page
    assert scene.get(f"/{number}", who="operator").json["history"][-1]["by"] == "complainant"
    assert "Accept the answer" not in visitor.page
    assert scene.post(f"/{number}/reply", REPLY, who="operator").status_code == 200
    visitor.open("/complaints/follow?lang=en")
    assert visitor.says("We have stopped them.")
    visitor.send_to("/complaints/follow/close")
    assert scene.get(f"/{number}", who="operator").json["state"] == "closed"
    # Nothing can be added any more, and no form says otherwise.
    assert [action.partition("?")[0] for _, action, _ in FORM.findall(visitor.page)] == [
        "/complaints/follow/forget"
    ]


def test_it_is_opened_by_number_and_secret_in_another_browser_and_taken_further(scene, visitor):
    filed = Unenrolled(scene)
    assert filed.http.app is visitor.app
    visitor.open("/complaints/follow?lang=en")
    wrong = visitor.send(number=filed.number, secret="wrong")
    assert (wrong.status_code, 'role="alert"' in visitor.page) == (404, True)
    visitor.send(number=filed.number, secret=filed.secret)
    assert visitor.says(ABOUT["text"])
    refused = {"outcome": "refuse", "reason_code": "as_the_rules_say", "text": "No."}
    assert scene.post(f"/{filed.number}/reply", refused, who="operator").status_code == 200
    visitor.open("/complaints/follow?lang=en")
    assert 'formaction="/complaints/follow/escalate?lang=en"' in visitor.page
    token = re.findall(r'name="form_token" value="([^"]+)"', visitor.page)[0]
    reasons = {"form_token": token, "text": "That is somebody else."}
    empty = visitor.open("/complaints/follow/escalate", "POST", data={"form_token": token})
    assert empty.status_code == 422
    visitor.follow(visitor.open("/complaints/follow/escalate", "POST", data=reasons))
    assert scene.get(f"/{filed.number}", who="operator").json["state"] == "escalated"
    visitor.send_to("/complaints/follow/forget")
    assert filed.number not in visitor.page
    assert visitor.open("/complaints/follow?lang=en").status_code == 200
    assert filed.number not in visitor.page


@dataclass
class Drawn:
    """A form as a browser has it open, to be sent as often as its button is pressed."""

    visitor: Visitor
    cookie: str
    hidden: dict[str, str]

    @classmethod
    def by(cls, visitor: Visitor, lang: str = "en") -> Drawn:
        answer = visitor.open(f"/complaints?lang={lang}")
        cookies = [each.partition(";")[0] for each in answer.headers.getlist("Set-Cookie")]
        return cls(
            visitor, "; ".join(cookies), dict(HIDDEN.findall(FORM.findall(answer.text)[0][2]))
        )

    def press(self, **typed: str) -> tuple[str, str]:
        """The number and the secret that the answer leads to."""
        client = self.visitor.app.test_client(use_cookies=False)
        answer = client.post(
            "/complaints?lang=en",
            base_url="https://localhost",
            data={**self.hidden, **ABOUT, **typed},
            headers={"Cookie": self.cookie},
            environ_overrides={"REMOTE_ADDR": an_address()},
        )
        assert answer.status_code == 303, answer.text
        [given] = [each for each in answer.headers.getlist("Set-Cookie") if "complaint=" in each]
        number, secret, _ = given.partition("=")[2].partition(";")[0].split("~")
        return number, secret


def complaints_in(scene: ComplaintScene) -> int:
    with scene.wiring.database.engine.connect() as connection:
        return int(connection.execute(text("select count(*) from complainant")).scalar_one())


def test_a_form_that_is_sent_twice_files_once(scene, visitor):
    form, before = Drawn.by(visitor), complaints_in(scene)
    number, secret = form.press()
    assert form.press() == (number, secret), "the second press leads to the same complaint"
    assert complaints_in(scene) == before + 1
    visitor.open("/complaints/follow?lang=en")
    visitor.send(number=number, secret=secret)
    assert visitor.says(ABOUT["text"])
    # Answered meanwhile, it is still the same.
    assert scene.post(f"/{number}/reply", REPLY, who="operator").status_code == 200
    assert form.press() == (number, secret)


def test_a_double_press_at_the_same_moment_files_once(scene, visitor):
    for _ in range(3):
        form, before = Drawn.by(Visitor(visitor.app)), complaints_in(scene)
        answers = at_once([form.press] * 4)
        assert len(set(answers)) == 1, answers
        assert complaints_in(scene) == before + 1


def test_another_form_or_other_words_or_another_browser_files_another(scene, visitor):
    form = Drawn.by(visitor)
    first, before = form.press(), complaints_in(scene)
    other_words = form.press(text="And something else.")
    again = Drawn(visitor, form.cookie, dict(HIDDEN.findall(visitor_form(visitor))))
    elsewhere = Drawn.by(Visitor(scene.http.app))
    elsewhere.hidden["once"] = form.hidden["once"]
    answers = [first, other_words, again.press(), elsewhere.press()]
    assert len({number for number, _ in answers}) == len({secret for _, secret in answers}) == 4
    assert complaints_in(scene) == before + 3


def visitor_form(visitor: Visitor) -> str:
    """The form, drawn again in the same browser."""
    return str(FORM.findall(visitor.open("/complaints?lang=en").text)[0][2])


def test_provinces_are_named_in_the_language_of_the_page(visitor):
    option = re.compile(r'<option value="(CN-\d+)"([^>]*)>([^<]*) CN-\d+</option>')
    register = named_regions()
    visitor.open("/complaints?lang=zh-CN")
    assert {code: name for code, _, name in option.findall(visitor.page)} == dict(register)
    assert '<optgroup label="浙江">' in visitor.page
    visitor.open("/complaints?lang=en")
    shown = option.findall(visitor.page)
    assert [code for code, _, _ in shown] == list(register)
    for code, attributes, name in shown:
        # The register has no other name of a city, and a reader is told that this one is Chinese.
        assert name.isascii() == (len(code) == len("CN-33")), name
        assert ('lang="zh-CN"' in attributes) != name.isascii(), name
    assert ("CN-33", "", "Zhejiang") in shown
    assert '<optgroup label="Zhejiang">' in visitor.page
    assert visitor.says("Cities are named in Chinese")


def test_what_is_wrong_is_said_on_the_page_and_what_was_typed_stays(visitor):
    visitor.open("/complaints?lang=zh-CN")
    told = {**ABOUT, "kind": "redemption", "offer_id": "ofr_x"}
    answer = visitor.send(**told)
    assert answer.status_code == 422
    assert visitor.says("错误：")
    assert 'href="#offer_id"' in visitor.page
    assert "/offer_id" not in visitor.page, "no reader knows a JSON pointer"
    assert visitor.says(ABOUT["text"])
    assert 'value="ofr_x"' in visitor.page
    assert 'aria-invalid="true"' in visitor.page
    visitor.send(**{**told, "kind": "personal_data"})
    assert visitor.sent[-1].startswith("/complaints/filed")


def test_no_other_site_and_no_script_takes_part(visitor):
    alien = visitor.open("/complaints", "POST", data=dict(ABOUT))
    assert alien.status_code == 403
    number = visitor.complain()
    for path in ("messages", "files", "close", "escalate", "forget"):
        assert visitor.open(f"/complaints/follow/{path}", "POST").status_code == 403, path
    visitor.open("/complaints/follow?lang=en")
    assert visitor.says(number)
    for path in ("/complaints", "/complaints/follow", "/complaints/months"):
        page = visitor.open(f"{path}?lang=en")
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
        for inline in ("<script", "<style", " style=", " onclick="):
            assert inline not in page.text, (path, inline)


def test_the_counts_are_those_of_the_api_as_a_picture_and_as_tables(scene, visitor):
    for _ in range(5):
        Unenrolled(scene)
    today = civil_day(scene.wiring.clock.now(), scene.wiring.zone)
    counted = scene.wiring.database.transact(
        count_complaint_months,
        today.year,
        deadlines=scene.wiring.deadlines,
        clock=scene.wiring.clock,
    )
    months = months_answer(today.year, counted)["months"]
    [one] = [
        each
        for each in months
        if (each["month"], each["kind"]) == (f"{today:%Y-%m}", "personal_data")
    ]
    assert visitor.open(f"/complaints/months?lang=en&year={today.year}").status_code == 200
    shown = re.findall(rf'<th scope="row">{today:%Y-%m}</th>(.*?)</tr>', visitor.page)[0]
    cell = re.search(r'data-label="Personal data">(.*?)</td>', shown)[1]
    told = "‹ ›" if one["received"] is None else f"{one['received']:,}"
    assert told in cell
    # A month that has not come is no month of none.
    assert len(re.findall(r'<th scope="row">', visitor.page.partition("What became")[0])) == (
        today.month
    )
    drawn = {each["kind"] for each in months if each["received"] != 0}
    assert visitor.page.count("<svg") == len(drawn)
    assert visitor.open("/complaints/months?lang=en&year=1999").status_code == 422
    visitor.open(f"/complaints/months?lang=en&year={datetime.now(UTC).year + 5}")
    assert visitor.says("This year has not come yet.")
