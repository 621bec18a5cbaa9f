"""tanpuhui doctor: what is in order, what is not, and what to do about it."""

from __future__ import annotations

import click

from app.commands.checks import Check, database_checks, machine_checks, redis_checks
from app.commands.ready import ready_settings


@click.command()
def doctor() -> None:
    """Look at the whole set-up and say what to do; exit 1 when something is not in order."""
    with ready_settings() as settings:
        checks = [
            *machine_checks(settings),
            *database_checks(settings),
            *redis_checks(settings),
        ]
    for check in checks:
        _print(check)
    bad = sum(1 for check in checks if check.remedy)
    click.echo(f"{bad} of {len(checks)} checks need your attention." if bad else "All in order.")
    if bad:
        raise SystemExit(1)


def _print(check: Check) -> None:
    mark = click.style("no", fg="red") if check.remedy else click.style("ok", fg="green")
    click.echo(f"{mark}  {check.name:<18} {check.found}")
    if check.remedy:
        click.echo(f"    {'':<18} {check.remedy}")
