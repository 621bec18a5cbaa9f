"""What every command does first: read the settings, and have engines to work with."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.commands.refused import CommandRefused
from app.engines.start import running_engines
from app.engines.trouble import EngineTrouble
from app.programme import policies_of, programmes_of
from app.settings import BadSettings, Settings
from behaviours.programme import InvalidProgramme


def read_settings() -> Settings:
    """The settings of the environment; what is wrong with them is said, all at once, and we end."""
    try:
        settings = Settings.from_environment(os.environ)
    except BadSettings as bad:
        problems = "\n".join(f"  * {problem}" for problem in bad.problems)
        raise click.ClickException(f"The settings cannot be used:\n{problems}") from bad
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    try:
        policies_of(programmes_of(settings), settings.programme_path)
    except InvalidProgramme as bad:
        raise CommandRefused(bad) from bad
    return settings


@contextmanager
def ready_settings() -> Iterator[Settings]:
    """Settings with both URLs filled in; the embedded engines run at least as long as the block."""
    settings = read_settings()
    try:
        with running_engines(settings) as ready:
            yield ready
    except EngineTrouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
