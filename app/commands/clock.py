"""tanpuhui clock: what time it is for the programme, and moving it in test mode."""

from __future__ import annotations

import click

from app.clock import Clock
from app.commands.ready import read_settings
from app.programme import programmes_of


@click.command()
@click.option("--advance", metavar="SECONDS", type=int, help="Move the clock forward.")
@click.option("--days", metavar="DAYS", type=int, help="Move the clock forward by whole days.")
def clock(advance: int | None, days: int | None) -> None:
    """Show the programme's clock; in test mode also move it, forward only.

    Every running server and worker of the same data directory follows at once.
    """
    settings = read_settings()
    the_clock = Clock(settings.clock_path)
    seconds = (advance or 0) + (days or 0) * 86_400
    if advance is not None or days is not None:
        try:
            the_clock.advance(seconds)
        except ValueError as refused:
            raise click.ClickException(str(refused)) from refused
    now, zone = the_clock.now(), programmes_of(settings).zone
    ahead_s = int(the_clock.offset().total_seconds())
    click.echo(f"{now:%Y-%m-%dT%H:%M:%SZ}  ({now.astimezone(zone):%Y-%m-%d %H:%M %Z})")
    click.echo(f"{ahead_s:,} s ahead of real time" if ahead_s else "real time")
