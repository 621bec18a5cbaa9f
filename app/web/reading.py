"""Pages: in the reader's language, without a script, with one style sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flask import Response, render_template

from app.http.blueprint import Blueprint, View
from app.http.current import wiring
from app.http.languages import LANGUAGE, wanted_language
from app.http.pages import cursor_id, page
from app.http.queries import no_dry_run
from app.http.web_page import PLAIN_POLICY, html
from app.messages.catalogues import text
from app.shown.figures import Figures
from app.web.look import SIZE, THEME, keep_look, wanted_look
from behaviours.civil_time import civil_text
from behaviours.json_value import JsonObject

Thing = TypeVar("Thing")
DEFAULT_LANGUAGE = "zh-CN"
_TEMPLATES = str(Path(__file__).with_name("templates"))
# What each language is called by those who read it.
_NAMES = {"en": "English", "zh-CN": "中文"}


class Pages(Blueprint):
    """The pages of one subject."""

    def __init__(self, name: str, import_name: str, *, description: str) -> None:
        super().__init__(name, import_name, description=description, template_folder=_TEMPLATES)

    def page(self, view: View) -> View:
        """Document that a view answers a page, in the language that is asked for."""
        answers: Callable[[View], View] = self.response(
            200, content_type="text/html", description="A page"
        )
        return self.doc(parameters=[LANGUAGE, THEME, SIZE])(answers(view))

    def sent_form(self, *, leads: str) -> Callable[[View], View]:
        """Document the view that a form is sent to: it ``leads`` on to another page.

        Nobody tries a form first, so there is no dry run of it.
        """
        answers: Callable[[View], View] = self.response(303, description=leads)

        def document(view: View) -> View:
            return no_dry_run(self.doc(parameters=[LANGUAGE])(answers(view)))

        return document


def listed_page(
    template: str,
    show: Callable[[Thing], JsonObject],
    read: Callable[..., Sequence[Thing]],
    **more: Any,
) -> Response:
    """The template filled in with a page of a list by descending id, read in one transaction."""
    most, before = cursor_id()
    found = wiring().database.transact(read, before=before, most=most)
    listed = page([show(each) for each in found], lambda row: str(row["id"])[4:])
    return reading_page(
        template,
        rows=listed["data"],
        next_cursor=listed["next_cursor"] if listed["has_more"] else None,
        **more,
    )


def reading_page(template: str, *, policy: str = PLAIN_POLICY, **shown: Any) -> Response:
    """The template filled in, in the language that was asked for.

    A template prints a moment by ``civil``: as the programme's clocks show it, with their zone.
    """
    return page_in(wanted_language() or DEFAULT_LANGUAGE, template, policy, **shown)


def page_in(language: str, template: str, policy: str, /, **shown: Any) -> Response:
    """The same in this language."""
    other = "en" if language == "zh-CN" else "zh-CN"
    look = wanted_look()
    page = render_template(
        template,
        say=partial(text, language=language),
        language=language,
        other=other,
        other_name=_NAMES[other],
        civil=_civil,
        look=look,
        shows=Figures(language, wiring().zone),
        **shown,
    )
    answer = html(page, policy)
    answer.vary.add("Accept-Language")
    answer.content_language.add(language)
    keep_look(answer, look)
    return answer


def _civil(stated: str) -> str:
    return civil_text(datetime.fromisoformat(stated), wiring().zone)
