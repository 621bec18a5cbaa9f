"""tanpuhui migrate: bring the database to the shape this release needs."""

from __future__ import annotations

from contextlib import closing
from importlib import resources
from pathlib import Path

import alembic.command
import alembic.config
import alembic.script
import click

from app.commands.carry import carry_over
from app.commands.programme_start import require_published_programme
from app.commands.ready import ready_settings
from app.commands.sandboxed import prepare_sandbox
from app.sandbox_settings import sandbox_of
from app.settings import Settings
from app.store.database import Database
from app.store.roles import ROLE, grant_application


def alembic_configuration(database_url: str) -> alembic.config.Config:
    """Alembic's configuration for `database_url`; the steps are found beside the installed code."""
    configuration = alembic.config.Config()
    folder = str(Path(str(resources.files("migrations"))))
    configuration.set_main_option("script_location", folder.replace("%", "%%"))
    configuration.attributes["database_url"] = database_url
    return configuration


def upgrade(database_url: str) -> None:
    """Take every step that is still missing; safe to run from several servers at once."""
    alembic.command.upgrade(alembic_configuration(database_url), "head")


def newest_step() -> str | None:
    """The number of the newest step this release knows, such as `0003`."""
    script = alembic.script.ScriptDirectory.from_config(alembic_configuration(""))
    return script.get_current_head()


def grant(database_url: str) -> bool:
    """Give the application's role what it needs; False where there is none."""
    with closing(Database(database_url, pool_size=1)) as database:
        return database.transact(grant_application)


def _migrate_sandbox(settings: Settings, sandbox: Settings, *, opened: bool) -> None:
    assert sandbox.database_url is not None
    upgrade(sandbox.database_url)
    grant(sandbox.database_url)
    if not opened:
        # Its first document is the installation's, which is not written yet.
        click.echo("The sandbox is at the same step; it is opened with the programme.")
        return
    prepare_sandbox(settings, sandbox)
    carry_over(sandbox)
    click.echo("The sandbox is at the same step, and publishes what is published.")


@click.command()
def migrate() -> None:
    """Bring the database to the shape this release needs.

    Safe to repeat, and to run from several servers at once: they take turns. Where there is a
    sandbox, its database is brought there too.
    """
    with ready_settings() as settings:
        assert settings.database_url is not None
        upgrade(settings.database_url)
        granted = grant(settings.database_url)
        opened = require_published_programme(settings)
        carry_over(settings)
        sandbox = sandbox_of(settings)
        if sandbox is not None:
            _migrate_sandbox(settings, sandbox, opened=opened)
    click.echo(f"The database is at step {newest_step() or '0000 (no steps yet)'}.")
    if not granted:
        click.echo(
            f"This user may not make the role {ROLE}, and nobody made it: triggers alone keep rows"
            " that are never changed. Let an administrator make it, and migrate again."
        )
