"""tanpuhui rewrap: after the master key was changed, wrap people's data keys by the new one."""

from __future__ import annotations

from contextlib import closing

import click

from app.commands.ready import ready_settings
from app.usecases.people.rewrap_keys import rewrap_keys
from app.wiring import wire


@click.command()
def rewrap() -> None:
    """Wrap people's data keys by TANPUHUI_MASTER_KEY; actions are recorded meanwhile.

    To change the master key without a pause: add the new one to TANPUHUI_OTHER_MASTER_KEYS of every
    process and restart them one by one; then let the two change places, and restart them again;
    then run this; then unset TANPUHUI_OTHER_MASTER_KEYS. Safe to stop and to repeat.
    """
    with ready_settings() as settings, closing(wire(settings)) as wiring:
        after, wrapped, is_last = None, 0, False
        while not is_last:
            done = wiring.database.transact(rewrap_keys, after=after)
            after, is_last = done.last_id, done.is_last
            wrapped += done.wrapped
    click.echo(
        f"{wrapped:,} keys were wrapped anew; all are wrapped by TANPUHUI_MASTER_KEY. When every"
        " process has it, TANPUHUI_OTHER_MASTER_KEYS can be unset."
    )
