"""Before serving: give up the right to change what is append-only, where the user has it."""

from __future__ import annotations

from dataclasses import replace

import click

from app.settings import Settings
from app.store.roles import NO_ROLE, POOLER, ROLE, serving_as

# What is found, and what to do.
TRIGGERS_ALONE = {
    NO_ROLE: f"the role {ROLE} is not there for this user; run `tanpuhui migrate` as one who may"
    " make roles",
    POOLER: f"the pooler passes no role on; log in as a user of its own that is a member of {ROLE}",
}


def as_application(settings: Settings) -> Settings:
    """The settings of a process that serves: its connections bear the application's role."""
    assert settings.database_url is not None
    serving = serving_as(settings.database_url)
    if serving.triggers_alone:
        told = TRIGGERS_ALONE[serving.by]
        click.echo(f"Warning: triggers alone keep what is append-only: {told}.", err=True)
    sandbox_url = settings.sandbox_database_url
    if sandbox_url is not None:
        sandbox_url = serving_as(sandbox_url).url
    return replace(settings, database_url=serving.url, sandbox_database_url=sandbox_url)
