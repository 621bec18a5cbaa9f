"""tanpuhui methodology: the rules, read and checked without a server or a database."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from app.commands.methodology_calc import DAY, calc, civil_today
from app.commands.methodology_counts import counts
from app.commands.methodology_fill import fill
from app.commands.methodology_lock import lock
from app.commands.methodology_period import period
from app.commands.methodology_schema import schema
from app.commands.methodology_shadow import shadow
from app.commands.methodology_steps import STEPS
from app.commands.refused import said
from behaviours.actions.shipped import METHODOLOGIES_FOLDER, load_file, load_rulebook
from behaviours.document import DocumentError
from behaviours.refusal import Refusal
from behaviours.rules.members import Parameter, rows_of
from behaviours.rules.methodology import Version, worst_grade
from behaviours.rules.rulebook import Rulebook

# A terminal tells its width; a pipe has none, and nothing should be cut off there.
PIPE_COLUMNS = 160


@click.group()
def methodology() -> None:
    """The rules by which actions are counted: read, check, draft, review, publish, run in shadow.

    list, show, check, counts, period, lock and schema need no database, nor does calc for what is
    shipped or lies in a file; the steps of a rule's life are taken --as a user.
    """


@methodology.command("list")
@click.option("--on", type=DAY, help="As of this day; today by default.")
def list_versions(on: datetime | None) -> None:
    """Every version, with what its figures rest on and since when it is in force.

    Below them stands what each awaiting one lacks before it can take an action; of one whose place
    another version has by now it is said which.
    """
    day = on.date() if on else civil_today()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("methodology", "behaviour", "title", "class", "grade", "in force"):
        table.add_column(heading, no_wrap=heading != "title")
    rulebook = load_rulebook()
    for version in rulebook.versions():
        table.add_row(
            version.label,
            version.behaviour,
            f"{version.title_en} {version.title_zh}",
            version.action_class,
            _grade(version),
            _in_force(version, rulebook, day),
        )
    Console(width=None if os.isatty(1) else PIPE_COLUMNS).print(table)
    for version in rulebook.awaited(day):
        click.echo(f"\n{version.label} awaits")
        for each in version.awaiting:
            click.echo(f"  {each.name or 'more'}: {each.what} ({each.where})")


@methodology.command()
@click.argument("label", metavar="CODE@VERSION")
def show(label: str) -> None:
    """One version: its equations and figures, each with its source, and what is missing."""
    code, _, number = label.partition("@")
    try:
        version = load_rulebook().version(code, number)
    except Refusal as refusal:
        raise click.ClickException(
            f"There is no {label}. `tanpuhui methodology list` names them all."
        ) from refusal
    click.echo(f"{version.label}  {version.title_en} {version.title_zh}\n{version.digest}")
    click.echo(f"{version.stated.document.title}  {version.stated.document.url}".rstrip())
    click.echo(f"{version.stated.scope}\n")
    for rule in version.told.quantities.values():
        click.echo(f"  {rule.name} ({rule.unit.text}, {rule.least} to {rule.most}): {rule.meaning}")
    for parameter in version.reckoning.parameters:
        _show_parameter(parameter)
    for equation in version.reckoning.equations:
        click.echo(f"  {equation.name} = {equation.text}  [{equation.unit.text}; {equation.grade}]")
    click.echo(f"\nRounding: {version.stated.rounding.words}")
    for lack in version.stated.missing:
        click.echo(f"Missing: {lack['what']} ({lack['where']})")


@methodology.command()
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=METHODOLOGIES_FOLDER,
)
def check(folder: Path) -> None:
    """Check every methodology.yaml below FOLDER (the shipped ones by default).

    Says file, line, field, problem and remedy for each that cannot be used; exit code 1 then.
    """
    found = sorted(folder.rglob("methodology.yaml"))
    if not found:
        raise click.ClickException(f"There is no methodology.yaml below {folder}.")
    bad = 0
    for path in found:
        try:
            version = load_file(path, folder)
        except DocumentError as wrong:
            bad += 1
            click.echo(said(wrong))
        else:
            click.echo(f"{version.label} is sound, its examples come out to the milligram")
    click.echo(f"{len(found) - bad} of {len(found)} can be used.")
    if bad:
        raise SystemExit(1)


def _show_parameter(parameter: Parameter) -> None:
    click.echo(f"  {parameter.name} ({parameter.unit.text}): {parameter.meaning}")
    if parameter.series is not None:
        click.echo("    by area and year, from a published series of factors")
    for value in parameter.values:
        rows = rows_of(value.number)
        size = f"{rows[0][1]:f}" if parameter.is_plain else f"a table of {len(rows)} rows"
        since = "" if value.start == date.min else f" from {value.start}"
        click.echo(f"    {size}{since}  [{value.grade}: {value.source}]")


def _grade(version: Version) -> str:
    """The weakest grade among the figures that stand in the document itself."""
    grades = [equation.grade for equation in version.reckoning.equations]
    grades += [
        value.grade for parameter in version.reckoning.parameters for value in parameter.values
    ]
    return worst_grade(grades)


def _in_force(version: Version, rulebook: Rulebook, on: date) -> str:
    successor = rulebook.successor_of(version, on)
    superseded = "" if successor is None else f"superseded by {successor.version}"
    if version.awaiting:
        count = len(version.awaiting)
        return superseded or f"awaiting {count} figure{'s' if count > 1 else ''}"
    last = f" {version.validity.ends_on}" if version.validity.ends_on else ""
    return f"{version.validity.starts_on} –{last} {superseded}".rstrip()


for step in (*STEPS, fill, calc, shadow, counts, period, lock, schema):
    methodology.add_command(step)
