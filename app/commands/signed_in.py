"""Who acts on the command line: a user with a password, as at the routes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from typing import Any

import click

from app.commands.at_server import acting_as
from app.commands.ready import ready_settings
from app.commands.refused import refusals_shown
from app.usecases.organisations.authenticate_user import authenticate_user
from app.usecases.organisations.read_area import read_area
from app.wiring import Wiring, wire
from behaviours.refusal import Refusal
from behaviours.second_factor import CODE_MISSING, SecondFactorRequired
from behaviours.staff_areas import NotOfACity
from behaviours.users import User
from behaviours.viewer import Viewer


@contextmanager
def ready_wiring() -> Iterator[Wiring]:
    """The wiring of this command. A refusal ends it with its sentence."""
    with ready_settings() as settings, closing(wire(settings)) as wiring, refusals_shown():
        yield wiring


def _a(roles: Iterable[str]) -> str:
    return f"an {' or an '.join(roles)}"


def _proven(wiring: Wiring, username: str, password: str, code: str | None) -> User:
    """The user with this password; the code is asked for where it takes one."""

    def prove(code: str | None) -> User | Refusal:
        return wiring.database.transact(
            authenticate_user,
            username,
            password,
            code=code,
            terms=wiring.factor_terms,
            clock=wiring.clock,
        )

    proven = prove(code)
    if isinstance(proven, SecondFactorRequired) and proven.case == CODE_MISSING:
        proven = prove(click.prompt("Code of the authenticator", err=True))
    if isinstance(proven, Refusal):
        raise proven
    return proven


def signed_in(*roles: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command ``--as`` and a password; it is called with the wiring and the actor."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @click.option("--as", "username", required=True, help=f"Who: {_a(roles)}.")
        @click.password_option(
            envvar="TANPUHUI_PASSWORD", confirmation_prompt=False, help="Asked for if not given."
        )
        @click.option(
            "--code",
            envvar="TANPUHUI_CODE",
            help="Of the authenticator; asked for if it is needed and not given.",
        )
        @wraps(command)
        def asking(
            *args: Any, username: str, password: str, code: str | None, **given: Any
        ) -> None:
            with ready_wiring() as wiring:
                user = _proven(wiring, username, password, code)
                if user.role not in roles:
                    raise click.ClickException(
                        f"{username} is not {_a(roles)}; this step is taken by one."
                    )
                if area := wiring.database.transact(read_area, user.user_id):
                    raise NotOfACity(region=area)
                with acting_as(user.role, user.user_id):
                    command(wiring, Viewer(user.role, None, user.user_id), *args, **given)

        return asking

    return decorate
