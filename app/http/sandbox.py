"""The sandbox behind the same addresses: the token decides which books a request is about.

A token of the sandbox is signed by a key of its own, and names that key in its first part, which
is the same in each of them. So a request is told apart by comparing a few characters, before
anything else is done, and a live one costs nothing more. Who asks for a token is told apart by the
client's id. Both applications run in one process, each with its own database, Redis and secrets,
and neither has a way to the other's but what stands here: ``sandbox_app``, by which a provider
opens a sandbox, and ``owner_of``, by which a sandbox asks whether its provider still takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

from flask import Flask, Response, after_this_request, current_app

from app.auth import EXTENSION
from app.store.database import Connection
from app.store.log.acting import acting
from app.tokens import Caller, Tokens, mint
from app.usecases.organisations.check_let_in import check_let_in
from app.usecases.organisations.read_sandbox_owner import read_sandbox_owner
from app.wiring import Wiring
from behaviours.coming_in import told_to_programs
from behaviours.sandbox import CLIENT_PREFIX, SandboxNotKept

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Answer = TypeVar("Answer")
Given = ParamSpec("Given")

SANDBOX: Final = "tanpuhui_sandbox"
# On every answer of the sandbox, whatever it is.
MARK: Final = ("Tanpuhui-Sandbox", "true")
_KEY_NAMED: Final = "tanpuhui_sandbox_key_named"
_LIVE: Final = "tanpuhui_live"


class SandboxRouting:
    """A WSGI application before two: requests with a token of the sandbox go to the sandbox."""

    def __init__(self, live: WSGIApplication, sandbox: WSGIApplication, key_named: str) -> None:
        self._live = live
        self._sandbox = sandbox
        self._key_named = f"{key_named}."

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        token = environ.get("HTTP_AUTHORIZATION", "").rpartition(" ")[2]
        of = self._sandbox if token.startswith(self._key_named) else self._live
        return of(environ, start_response)


def install_sandbox(app: Flask, sandbox: Flask) -> None:
    """Let ``sandbox`` answer behind ``app`` what is about the sandbox."""
    sandbox.after_request(_marked)
    nobody = Caller("provider", UUID(int=0), None, "nobody")
    with sandbox.app_context():
        key_named = mint(nobody, lifetime_s=1).partition(".")[0]
    app.extensions[SANDBOX], app.extensions[_KEY_NAMED] = sandbox, key_named
    sandbox.extensions[_LIVE] = app.extensions[EXTENSION]
    of_sandbox: Tokens = sandbox.extensions["tanpuhui_tokens"]
    of_sandbox.heed(app.extensions["tanpuhui_tokens"])
    app.wsgi_app = SandboxRouting(  # type: ignore[method-assign]
        app.wsgi_app, sandbox.wsgi_app, key_named
    )


def sandbox_app() -> Flask:
    """The application of the sandbox; raises SandboxNotKept."""
    found: Flask | None = current_app.extensions.get(SANDBOX)
    if found is None:
        raise SandboxNotKept
    return found


def sandbox_wiring() -> Wiring:
    """The parts of the sandbox; raises SandboxNotKept."""
    parts: Wiring = sandbox_app().extensions[EXTENSION]
    return parts


def in_sandbox_books(
    verb: Callable[Concatenate[Connection, Given], Answer],
    *given: Given.args,
    **named: Given.kwargs,
) -> Answer:
    """What a verb does in the books of the sandbox, for somebody whom only the live ones know.

    Who it is stays in the log of the live books. Raises SandboxNotKept.
    """
    with acting(None):
        return sandbox_wiring().database.transact(verb, *given, **named)


def owner_of(organisation_id: UUID) -> UUID | None:
    """In the sandbox: whose it is in the live books, which takes part there; live: None.

    Who suspends it there later than this ends the tokens that bear its name, here too. Raises
    OrganisationSuspended and OrganisationClosed, as they are told to programs.
    """
    live: Wiring | None = current_app.extensions.get(_LIVE)
    if live is None:
        return None
    here: Wiring = current_app.extensions[EXTENSION]
    owner_id = here.database.transact(read_sandbox_owner, organisation_id)
    with told_to_programs(), acting(None):
        live.database.transact(check_let_in, [owner_id])
    return owner_id


def tell_sandbox(revoked: Iterable[str]) -> None:
    """Let this process know at once which tokens ended there, and that its rules are others."""
    app, parts = sandbox_app(), sandbox_wiring()
    held: Tokens = app.extensions["tanpuhui_tokens"]
    held.take_note(revoked)
    parts.rules.expect_news(parts.database)


@contextmanager
def where_client_lives(client_id: str) -> Iterator[None]:
    """Within the block it is the sandbox's application, if the client is one of the sandbox.

    Raises SandboxNotKept.
    """
    with _in_sandbox(client_id.startswith(CLIENT_PREFIX)):
        yield


@contextmanager
def where_token_is_good(token: str) -> Iterator[None]:
    """Within the block it is the sandbox's application, if the token is one of the sandbox."""
    key_named = current_app.extensions.get(_KEY_NAMED)
    with _in_sandbox(key_named is not None and token.startswith(f"{key_named}.")):
        yield


@contextmanager
def _in_sandbox(here: bool) -> Iterator[None]:
    if not here or _is_sandbox():
        yield
        return
    sandbox = sandbox_app()
    after_this_request(_marked)
    with sandbox.app_context():
        yield


def _is_sandbox() -> bool:
    parts: Wiring = current_app.extensions[EXTENSION]
    return parts.settings.is_sandbox


def _marked(response: Response) -> Response:
    response.headers[MARK[0]] = MARK[1]
    return response
