"""tanpuhui methodology fill: the figures that a version awaited, as the draft of the next one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from app.commands.form import GIVEN
from app.commands.methodology_steps import tell_drafted
from app.commands.signed_in import signed_in
from app.usecases.methodologies.fill_version import fill_version
from app.wiring import Wiring
from behaviours.rules.factors import GRADES
from behaviours.rules.filling import FigureUnsourced, Supplied, read_figures
from behaviours.rules.units import UnitError, parse_unit
from behaviours.viewer import Viewer


@click.command("fill")
@click.argument("label", metavar="CODE/VERSION")
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=False,
    metavar="[FIGURES.YAML]",
)
@click.option("--figure", type=GIVEN, metavar="NAME=VALUE", help="One figure, without a file.")
@click.option("--unit", help="Its unit, as the rule asks for it.")
@click.option("--source", help="Where it was read: a code of the rule's sources, or a title.")
@click.option("--url", default="", help="Of a source by its title: the address.")
@click.option("--read", default="", help="Of a source by its title: what was read of it.")
@click.option("--grade", type=click.Choice(GRADES), help="How good the source is.")
@click.option("--note", default="", help="What is to be known of the figure.")
@click.option("--name", help="Of the new version; the next free number by default.")
@click.option("--from", "starts_on", type=click.DateTime(["%Y-%m-%d"]), help="Its first day.")
@signed_in("operator")
def fill(  # noqa: PLR0917 - as click gives them
    wiring: Wiring,
    actor: Viewer,
    label: str,
    file: Path | None,
    figure: tuple[str, str] | None,
    unit: str | None,
    source: str | None,
    url: str,
    read: str,
    grade: str | None,
    note: str,
    name: str | None,
    starts_on: datetime | None,
) -> None:
    """Draft the version that supplies what CODE/VERSION awaits; everything else stays.

    The figures are one --figure with its --unit, --source and --grade, or a file of them
    (figures: name: {value or rows, unit, source, grade, note}). Its examples are computed anew. It
    reaches back to the first day of the one that waited, unless --from names another.
    """
    code, _, version = label.replace("@", "/").partition("/")
    if file is not None:
        figures = read_figures(file.read_text("utf-8"), file.name)
    elif figure is not None:
        # A source by its code needs no more words; one that is new says what was read of it.
        where = {"title": source, "url": url, "read": read} if source and read else source
        figures = [_one(*figure, unit, where, grade)._replace(note=note)]
    else:
        raise click.UsageError("Name a file of figures, or one with --figure.")
    drafted = wiring.database.transact(
        fill_version,
        code=code,
        version=version,
        figures=figures,
        name=name,
        starts_on=starts_on.date() if starts_on else None,
        by=actor,
        rulebook=wiring.rulebook,
        clock=wiring.clock,
    )
    tell_drafted(drafted)
    click.echo(f"  It rests on: {drafted.grade}" if drafted.grade else "  It awaits more figures.")


def _one(
    name: str, value: str, unit: str | None, source: str | dict[str, str] | None, grade: str | None
) -> Supplied:
    if not source:
        raise FigureUnsourced(pointer=f"/figures/{name}", name=name)
    if unit is None or grade is None:
        raise click.UsageError("A figure has a --unit and a --grade.")
    try:
        measured = parse_unit(unit)
    except UnitError as wrong:
        raise click.UsageError(f"{unit} is no unit: see the guide.") from wrong
    return Supplied(name, measured, value, (), source, grade)
