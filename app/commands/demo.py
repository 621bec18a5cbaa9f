"""tanpuhui demo: a whole programme on this machine, with a story in its books."""

from __future__ import annotations

import http.client
import time
from contextlib import closing
from dataclasses import replace

import click
from rich.progress import Progress

from app.commands.carry import carry_over
from app.commands.migrate import grant, upgrade
from app.commands.port import require_free_port
from app.commands.programme_start import require_published_programme
from app.commands.ready import read_settings
from app.commands.supervise import Supervisor
from app.demo.seed import DemoUnusable, seed_demo
from app.demo.welcome import welcome
from app.engines.start import Engines, engines_for
from app.engines.trouble import EngineTrouble
from app.settings import Settings
from app.wiring import Wiring, wire

WEB_SECONDS = 60
RETRY_SECONDS = 2


@click.group()
def demo() -> None:
    """A whole programme on this machine, with a story in its books."""


@demo.command()
def run() -> None:
    """Start everything, seed the demo programme once, and serve until Ctrl-C.

    Engines, web server and worker; a second run finds the data of the first.
    """
    settings = read_settings()
    if not settings.is_test_mode:
        raise click.ClickException(
            "The demo programme is for test mode: unset TANPUHUI_MODE, or run `tanpuhui migrate`, "
            "`tanpuhui serve` and `tanpuhui worker`."
        )
    require_free_port(settings)
    try:
        click.echo("Starting PostgreSQL and Valkey …")
        with engines_for(settings) as engines:
            if engines.place is not None:
                click.echo(f"Their data are in {engines.place}")
            _run(_with_urls(settings, engines), engines)
    except EngineTrouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
    click.echo("Stopped. The data are kept; `make run` goes on where this ended.")


def _run(settings: Settings, engines: Engines) -> None:
    assert settings.database_url is not None
    assert settings.redis_url is not None
    supervisor = Supervisor(
        {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url}
    )
    upgrade(settings.database_url)
    grant(settings.database_url)
    require_published_programme(settings)
    carry_over(settings)
    with closing(wire(settings)) as wiring:
        _seed(wiring)
    supervisor.heed_signals()
    try:
        supervisor.start("serve")
        supervisor.start("worker")
        if supervisor.wait_until(lambda: _answers(settings), WEB_SECONDS):
            click.echo(welcome(settings))
            click.echo("Ctrl-C stops everything; the data are kept.")
        supervisor.watch(lambda: _keep_alive(engines))
        click.echo("\nStopping …")
    finally:
        supervisor.stop()


def _keep_alive(engines: Engines) -> None:
    """An engine that does not come back at once is tried again; the web server says 503 so long."""
    try:
        engines.revive()
    except EngineTrouble as trouble:
        click.echo(f"{trouble}\nIt is tried again in {RETRY_SECONDS} s.", err=True)
        time.sleep(RETRY_SECONDS)


def _seed(wiring: Wiring) -> None:
    """Tell the story so far, with a bar where it takes a while."""
    try:
        with Progress(transient=True) as progress:
            bar = progress.add_task("Telling the demo's story", total=None)
            seed_demo(wiring, lambda done, total: progress.update(bar, completed=done, total=total))
    except DemoUnusable as unusable:
        raise click.ClickException(str(unusable)) from unusable


def _with_urls(settings: Settings, engines: Engines) -> Settings:
    return replace(settings, database_url=engines.database_url, redis_url=engines.redis_url)


def _answers(settings: Settings) -> bool:
    asked = http.client.HTTPConnection(settings.host, settings.port, timeout=2)
    with closing(asked):
        try:
            asked.request("GET", "/livez")
            return asked.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
