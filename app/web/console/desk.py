"""A desk: who may open its pages, what stands at its side, and how a form of it is answered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Final, NamedTuple

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from app.auth import taking, with_area
from app.http.blueprint import View
from app.tokens import Caller
from app.web.account.browser import check_form, come_back_to, field, signed_in
from app.web.account.pages import form_page, go
from behaviours.refusal import Refusal
from behaviours.users import PROGRAMME_ROLES

OPERATOR, AUTHORITY = "operator", "authority"
VERIFIER: Final = "verifier"
_KEY: Final = "idempotency_key"


class DeskPage(NamedTuple):
    """A page that stands at the side: its name, where it is, and on whose desks."""

    name: str
    path: str
    roles: Sequence[str]
    # Whether who acts for the programme in one city has it.
    by_city: bool = False


SIDE: Final = (
    DeskPage("home", "/console", (*PROGRAMME_ROLES, VERIFIER), by_city=True),
    DeskPage("actions", "/console/actions", PROGRAMME_ROLES),
    DeskPage("holds", "/console/holds", PROGRAMME_ROLES, by_city=True),
    DeskPage("proposals", "/console/proposals", PROGRAMME_ROLES),
    DeskPage("bundles", "/console/bundles", (*PROGRAMME_ROLES, VERIFIER)),
    DeskPage("log", "/console/log", PROGRAMME_ROLES),
)
SIDE_NAMES: Final = tuple(each.name for each in SIDE)


def has_page(who: Caller, page: DeskPage) -> bool:
    """Whether somebody's desk has this page."""
    return who.role in page.roles and (who.area is None or page.by_city)


def desk(name: str, *roles: str) -> Callable[[View], View]:
    """Open a view to those whose desk has the page of this name, and to ``roles`` of them only.

    Who is not signed in comes to the login, and back afterwards; to everybody else it is not there.
    """
    (page,) = (each for each in SIDE if each.name == name)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            known = signed_in()
            if known is None:
                return come_back_to(go("/login"), request.path)
            who = with_area(known)
            if not has_page(who, page) or (roles and who.role not in roles):
                raise NotFound
            g.caller = who
            g.desk_page = name
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]

    return guard


def desk_page(template: str, refused: Refusal | None = None, **shown: object) -> Response:
    """A page of the desk, with what stands at its side and a fresh key for each form."""
    who: Caller = g.caller
    return form_page(
        template,
        refused,
        who=who,
        here_name=g.desk_page,
        desk_pages=[each for each in SIDE if has_page(who, each)],
        fresh_key=lambda: secrets.token_urlsafe(16),
        **shown,
    )


def form_key() -> str | None:
    """The key by which what the form asks is done once, however often it is sent."""
    return field(_KEY) or None


def done(
    step: str, do: Callable[[], object], leads: str, again: Callable[[Refusal], Response]
) -> Response:
    """Take a step, which is a row of the log, and go on; refused, the page ``again`` says why."""
    who: Caller = g.caller
    try:
        check_form()
        with taking(who, step, reason=field("reason").strip()):
            do()
    except Refusal as refused:
        return again(refused)
    return go(leads)
