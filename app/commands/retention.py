"""tanpuhui retention: what the published schedule says is over, counted or taken away."""

from __future__ import annotations

from contextlib import closing

import click

from app.commands.ready import ready_settings
from app.jobs.retention_tasks import count_kind, take_all
from app.store.retention.due_rows import DueCount
from app.wiring import wire
from behaviours.retention import KINDS


@click.command()
@click.option("--dry-run", is_flag=True, help="Count what is due, and take nothing away.")
def retention(*, dry_run: bool) -> None:
    """Take away what is kept for longer than the programme's published schedule says.

    The worker does it every hour; this does it now. Of each kind it prints how long it is kept, how
    much was over, and from when the oldest and the newest of it counted. What was taken away is in
    the report, too: GET /v1/retention-reports. Safe to stop and to repeat.
    """
    with ready_settings() as settings, closing(wire(settings)) as wiring:
        periods = wiring.programme.retention.periods
        total = 0
        for kind in KINDS:
            found = count_kind(wiring, kind) if dry_run else take_all(wiring, kind)
            total += found.rows
            click.echo(f"{kind:<20} {periods[kind]!s:<10} {found.rows:>12,}{_span(found)}")
    click.echo(f"{total:,} {'are due; nothing was taken away.' if dry_run else 'were taken away.'}")


def _span(found: DueCount) -> str:
    if found.oldest is None or found.newest is None:
        return ""
    return f"  {found.oldest:%Y-%m-%d %H:%M} to {found.newest:%Y-%m-%d %H:%M} UTC"
