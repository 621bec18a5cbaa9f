"""tanpuhui seed: the demo programme, seeded once."""

from __future__ import annotations

from contextlib import closing

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands.carry import carry_over
from app.commands.migrate import grant, upgrade
from app.commands.programme_start import require_published_programme
from app.commands.ready import ready_settings
from app.demo.credentials import path_of
from app.demo.seed import DemoUnusable, seed_demo
from app.wiring import wire


@click.command()
def seed() -> None:
    """Seed the demo programme: ninety days of two hundred people, up to yesterday.

    A second run finds it there and changes nothing; a run that was cut off goes on. Test mode
    only. The credentials are written to $TANPUHUI_DATA_DIR/demo.json.
    """
    with ready_settings() as settings, closing(wire(settings)) as wiring:
        if not settings.is_test_mode:
            raise click.ClickException(
                "The demo programme is for test mode: unset TANPUHUI_MODE. A live programme "
                "begins empty."
            )
        assert settings.database_url is not None
        upgrade(settings.database_url)
        grant(settings.database_url)
        require_published_programme(settings)
        carry_over(settings)
        columns = (
            TextColumn("seeding ninety days"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        try:
            with Progress(*columns) as bar:
                work = bar.add_task("seeding", total=None)
                seed_demo(wiring, lambda done, total: bar.update(work, completed=done, total=total))
        except DemoUnusable as unusable:
            raise click.ClickException(str(unusable)) from unusable
        click.echo(f"The demo programme is there; its credentials are in {path_of(settings)}")
