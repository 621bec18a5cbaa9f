"""tanpuhui programme: the document that everything differs by from one programme to the next."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click
import yaml

from app.commands.ready import read_settings, ready_settings
from app.commands.refused import refusals_shown
from app.programme import policies_of, programmes_of
from app.usecases.platform.publish_programme import publish_programme
from app.wiring import wire
from behaviours.programme import Programme, load_programmes

A_DOCUMENT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def programme() -> None:
    """The programme's document: show what holds, check a file, publish a new version."""


@programme.command()
def show() -> None:
    """Print every version of the document that this installation is set up with."""
    settings = read_settings()
    click.echo(f"# {settings.programme_path or 'the shipped document'}")
    for version in programmes_of(settings).versions:
        click.echo(f"# {version.digest}")
        click.echo(yaml.safe_dump([dict(version.tree)], allow_unicode=True, sort_keys=False))


@programme.command()
@click.argument("file", type=A_DOCUMENT)
def check(file: Path) -> None:
    """Read a document whole; say what is wrong with it, or what it states."""
    with refusals_shown():
        found = load_programmes(file)
        policies_of(found, file)
    for version in found.versions:
        click.echo(_line(version))


@programme.command()
@click.option("--from", "file", type=A_DOCUMENT, required=True, help="The document.")
def publish(file: Path) -> None:
    """Publish the versions of a document that are new; what was published never changes.

    A new version is in force from tomorrow at the earliest. Serve the same file afterwards
    (TANPUHUI_PROGRAMME, or programme.yaml in the data directory).
    """
    with refusals_shown():
        found = load_programmes(file)
        policies_of(found, file)
        with ready_settings() as settings, closing(wire(settings)) as wiring:
            added = wiring.database.transact(publish_programme, found, now=wiring.clock.now())
    for version in added:
        click.echo(f"Published: {_line(version)}")
    if not added:
        click.echo("Nothing new: every version of the document was published before.")


def _line(version: Programme) -> str:
    return (
        f"version {version.version} from {version.effective_from}: {version.name_en}, "
        f"{version.zone.key}, {version.currency}, {version.serial_prefix} ({version.digest})"
    )
