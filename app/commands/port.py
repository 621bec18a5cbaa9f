"""Whether the web server's address is free, asked before anything is started."""

from __future__ import annotations

import errno
import socket

import click

from app.settings import Settings


def port_problem(settings: Settings) -> str | None:
    """A sentence that says why the web server could not listen, and what to do; None if it can."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the web server does: a port that was just left may be taken again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as refused:
            return _explain(settings, refused)
    return None


def require_free_port(settings: Settings) -> None:
    """End with the sentence of `port_problem` if there is one."""
    problem = port_problem(settings)
    if problem is not None:
        raise click.ClickException(problem)


def _explain(settings: Settings, refused: OSError) -> str:
    where = f"{settings.host}:{settings.port}"
    if refused.errno == errno.EADDRINUSE:
        return (
            f"Port {settings.port} on {settings.host} is taken, perhaps by another `make run`. "
            f"Stop that one, or choose another port: TANPUHUI_PORT={settings.port + 1} make run"
        )
    if refused.errno == errno.EACCES:
        return f"Only root may listen on {where}: set TANPUHUI_PORT to a number above 1023."
    return (
        f"The web server cannot listen on {where} ({refused}): set TANPUHUI_HOST to an own address."
    )
