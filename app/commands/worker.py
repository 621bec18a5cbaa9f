"""tanpuhui worker: the long work, taken from the queue."""

from __future__ import annotations

import click

from app.commands.application_role import as_application
from app.commands.checks import refuse_unsafe
from app.commands.parent import end_with_parent
from app.commands.programme_start import require_published_programme
from app.commands.ready import ready_settings
from app.commands.sandboxed import FLAG, settings_for
from app.http.requests import configure_log
from app.jobs.worker import run_worker


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True)
@FLAG
def worker(*, with_parent: bool, sandbox: bool) -> None:
    """Run imports, verifications, sealings and everything else that is long, until Ctrl-C.

    Start as many as you have cores to spare; exactly one of them keeps the schedule. A sandbox
    needs one of its own.
    """
    with ready_settings() as found:
        settings = settings_for(found, sandbox=sandbox)
        refuse_unsafe(settings)
        require_published_programme(settings)
        if with_parent:
            end_with_parent()
        run_worker(as_application(settings), prepare=configure_log)
