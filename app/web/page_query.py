"""What the query of every page may hold; a page with more of its own adds it."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from app.http.fields import Line, Strict
from app.http.languages import LANGUAGE
from app.messages.catalogues import LANGUAGES
from app.web.look import SIZE, SIZES, THEME, THEMES


class PageQuery(Strict):
    """The language of a page, and what its switches ask for."""

    lang = Line(metadata={"enum": list(LANGUAGES), "description": LANGUAGE["description"]})
    theme = Line(metadata={"enum": list(THEMES), "description": THEME["description"]})
    size = Line(metadata={"enum": list(SIZES), "description": SIZE["description"]})


class SentPageQuery(TypedDict):
    """As ``PageQuery`` loads it."""

    lang: NotRequired[str]
    theme: NotRequired[str]
    size: NotRequired[str]


class PagedQuery(PageQuery):
    """That of a page with a long list: how much, and from where on (see ``app.http.pages``)."""

    limit = Line()
    cursor = Line(most=2_000)


class SentPagedQuery(SentPageQuery):
    """As ``PagedQuery`` loads it."""

    limit: NotRequired[str]
    cursor: NotRequired[str]
