"""Admission: who is asking, which roles a route admits, and how often one may ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, g, request

from app.store.log.acting import acting, tell_reason
from app.store.organisations.allowance import Allowance
from app.tokens import ROLES, Caller, TokenMissing, tokens
from app.usecases.organisations.read_area import read_area
from app.wiring import Wiring
from behaviours.logbook import LoggedSubject, has_power, network_of
from behaviours.logged_things import subject_named
from behaviours.refusal import Busy, Forbidden, Refusal
from behaviours.staff_areas import NotOfACity
from behaviours.users import PROGRAMME_ROLES
from behaviours.viewer import Viewer
from rewards.logged_step import Acting

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")
View = Callable[Asked, Answer]

PUBLIC = "public"
EXTENSION = "tanpuhui"


class RoleNotAllowed(Forbidden):
    """The caller is known, but this route is not for its role."""


class StepUpRequired(Forbidden):
    """The person came in by a provider's word; this needs a login of their own."""


class TooManyRequests(Busy):
    """The caller made more requests in a minute than this service grants to one credential."""


def caller() -> Caller:
    """Who is asking; only inside a view that ``allow`` guards."""
    who: Caller = g.caller
    return who


def allow(
    *roles: str,
    by_word: bool = False,
    by_city: bool = False,
    step: str | None = None,
    hot: bool = False,
    reads: bool = False,
) -> Callable[[View[Asked, Answer]], View[Asked, Answer]]:
    """Admit callers of these roles; refuse everybody else with 401 or 403.

    A person who came in by a provider's word is admitted only ``by_word``: to routes that read
    the account or show a code, and never to those that need the person. Who acts for the programme
    in one city is admitted only ``by_city``: to routes whose reads and verbs look to the city.

    ``step`` is how the log names what is done here by somebody with power, ``bundle.seal``; of a
    route that only ``reads``, as GET does, it makes the reading a row of the log. ``hot`` is a
    route that takes what people do all day long, which the books tell and the log does not.
    """
    assert roles, "a route names at least one role"
    assert set(roles) <= set(ROLES), f"a route names roles of {ROLES}, not {roles}"

    def guard(view: View[Asked, Answer]) -> View[Asked, Answer]:
        @wraps(view)
        def guarded(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
            who = identify()
            _check_admitted(who, roles, by_word=by_word, by_city=by_city)
            taken = None if hot else step_of(who, step, reads=reads)
            if taken is None:
                return view(*args, **kwargs)
            with acting(taken):
                return view(*args, **kwargs)

        guarded.step = None if hot else step  # type: ignore[attr-defined]
        guarded.hot = hot  # type: ignore[attr-defined]
        return _of_roles(guarded, roles)

    return guard


def _check_admitted(who: Caller, roles: tuple[str, ...], *, by_word: bool, by_city: bool) -> None:
    if who.role not in roles:
        raise RoleNotAllowed(roles=list(roles), role=who.role)
    if who.through is not None and not by_word:
        raise StepUpRequired
    if who.area is not None and not by_city:
        raise NotOfACity(region=who.area)


def allow_public(view: View[Asked, Answer]) -> View[Asked, Answer]:
    """Admit everybody; requests are counted by network address."""

    @wraps(view)
    def open_route(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        _count(f"ip:{request.remote_addr}")
        return view(*args, **kwargs)

    return _of_roles(open_route, (PUBLIC,))


def _of_roles(view: View[Asked, Answer], roles: tuple[str, ...]) -> View[Asked, Answer]:
    """The view, marked with whom it admits, for the contract and its tests."""
    view.roles = roles  # type: ignore[attr-defined]
    return view


def identify() -> Caller:
    """The caller that the Authorization header proves; counts the request against its limit."""
    header = request.environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing
    try:
        verified = tokens().verify(token.strip())
    except Refusal:
        # Guessing tokens is counted by address, as there is nobody else to count it for.
        _count(f"ip:{request.remote_addr}")
        raise
    g.caller = who = with_area(verified.caller)
    _count(who.name)
    return who


def viewer_if_any() -> Viewer | None:
    """Who looks at what everybody may see, if they say so; None is the public."""
    return identify().viewer if "Authorization" in request.headers else None


def with_area(who: Caller) -> Caller:
    """Who acts for the programme, with the city of now: it may have changed while a token lives."""
    if who.role not in PROGRAMME_ROLES:
        return who
    wiring: Wiring = current_app.extensions[EXTENSION]
    return replace(who, area=wiring.database.transact(read_area, who.user_id))


@contextmanager
def taking(who: Caller, step: str, *, reason: str | None = None) -> Iterator[None]:
    """Within the block ``who``, whom a page of ours knows, takes the step as the log names it."""
    with acting(step_of(who, step)):
        if reason:
            tell_reason(reason)
        yield


def step_of(who: Caller, step: str | None, *, reads: bool = False) -> Acting | None:
    """What the log is to say of this request; None: nothing, as somebody without power asks, or
    nothing is written.

    A route that states no step leaves a row all the same, by its own name.
    """
    reads = reads or request.method in ("GET", "HEAD")
    as_user = who.client_id is None
    if (reads and step is None) or not has_power(who.role, as_user=as_user):
        return None
    wiring: Wiring = current_app.extensions[EXTENSION]
    return Acting(
        verb=step or (request.endpoint or "").replace(" ", "_"),
        role=who.role,
        now=wiring.clock.now,
        user_id=who.user_id if as_user else None,
        client_id=who.client_id,
        organisation_id=who.tenant_id,
        subject=_subject(),
        request_id=g.request_id,
        address=network_of(request.remote_addr),
        always=reads,
    )


def _subject() -> LoggedSubject | None:
    """What the path of this request names last: by its id, or by code and version."""
    named = {name: str(value) for name, value in (request.view_args or {}).items()}
    if not named or request.url_rule is None:
        return None
    last = [*named][-1]
    if subject := subject_named(named[last]):
        return subject
    if last.endswith("_id"):
        return LoggedSubject(last.removesuffix("_id"), named[last])
    of = request.url_rule.rule.split("/")[2].replace("-", "_")
    kind = f"{of.removesuffix('ies')}y" if of.endswith("ies") else of.removesuffix("s")
    return LoggedSubject(kind, "@".join(named.values()))


def _count(name: str) -> None:
    wiring: Wiring = current_app.extensions[EXTENSION]
    allowance: Allowance = wiring.allowances.take(name)
    g.allowance = allowance
    if not allowance.granted:
        raise TooManyRequests(limit=allowance.limit, retry_after_s=allowance.reset_s)
