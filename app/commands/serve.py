"""tanpuhui serve: the web server."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from app.commands.application_role import as_application
from app.commands.checks import refuse_unsafe
from app.commands.parent import end_with_parent
from app.commands.port import require_free_port
from app.commands.programme_start import require_published_programme
from app.commands.ready import read_settings, ready_settings
from app.http.admission import MORE_THREADS
from app.sandbox_settings import sandbox_of
from app.settings import Settings

# Connections that wait to be taken on at all.
BACKLOG = 1024


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True)
def serve(*, with_parent: bool) -> None:
    """Serve the API, the registry and the catalogue of methodologies until Ctrl-C.

    Listens on TANPUHUI_HOST:TANPUHUI_PORT with TANPUHUI_WEB_WORKERS processes, in each of which
    TANPUHUI_WEB_THREADS requests are worked on at once. A body of which less than 1 KiB a second
    comes within TANPUHUI_BODY_SECONDS, or that is not whole after ten times as long, is not waited
    for any longer (408); on other systems than Linux a proxy in front has to see to that.
    """
    require_free_port(read_settings())
    with ready_settings() as settings:
        refuse_unsafe(settings)
        require_published_programme(settings)
        sandbox = sandbox_of(settings)
        if sandbox is not None:
            refuse_unsafe(sandbox)
            require_published_programme(sandbox)
        if with_parent:
            end_with_parent()
        serve_web(as_application(settings))


def serve_web(settings: Settings) -> None:
    """Run the server in this process until it is asked to end."""
    assert settings.database_url is not None
    assert settings.redis_url is not None
    # The worker processes read their settings from the environment, as every process does.
    os.environ["DATABASE_URL"] = settings.database_url
    os.environ["REDIS_URL"] = settings.redis_url
    if settings.sandbox_database_url is not None:
        os.environ["TANPUHUI_SANDBOX_DATABASE_URL"] = settings.sandbox_database_url
    if settings.web_workers > 1:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_emptied(settings.data_dir / "metrics"))
    Granian(
        "app.commands.web:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        # One request at a time on a connection, so that a body that does not come can be ended.
        http=HTTPModes.http1,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads + MORE_THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        websockets=False,
        # The application logs its own requests; of the server only its troubles are wanted.
        log_level=LogLevels.error,
    ).serve()


def _emptied(folder: Path) -> Path:
    """The folder where several processes count together, without what earlier ones counted."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
