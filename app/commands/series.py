"""tanpuhui series: the factors and warming potentials by which rules count."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from app.commands.signed_in import ready_wiring, signed_in
from app.ids import parse, public
from app.shown.series import values_shown
from app.usecases.methodologies.propose_series import propose_series
from app.usecases.methodologies.read_series import read_series
from app.usecases.methodologies.sign_series import sign_series
from app.wiring import Wiring
from behaviours.rules.factors import GRADES
from behaviours.rules.series_value import NewSeriesValue, SeriesValue
from behaviours.viewer import Viewer

_DAY = click.DateTime(["%Y-%m-%d"])
_BOTH = ("operator", "authority")


@click.group()
def series() -> None:
    """The series by which rules count: shown, and added to by two people.

    Many values at once are taken in by `tanpuhui register import series FILE`.
    """


@series.command("list")
@click.option("--series", "name", help="Of one series or set alone.")
@click.option("--proposed", is_flag=True, help="What was proposed here and awaits a signature.")
def list_series(name: str | None, *, proposed: bool) -> None:
    """Every value, with where it was read; those that the programme supplied are marked with +."""
    with ready_wiring() as wiring:
        if proposed:
            for one in wiring.database.transact(read_series, zone=wiring.zone):
                if one.published_at is None:
                    _tell(one, [])
            return
        for each in values_shown(wiring.rulebook.book):
            if name in (None, each["series"]):
                of = f"{each['area']} {each['data_year']}" if each["area"] else each["gas"]
                since = f" from {each['holds_from']}" if each["holds_from"] else ""
                click.echo(
                    f"{'+' if each['supplied'] else ' '} {each['series']} {of}: {each['value']} "
                    f"{each['unit']}{since}  [{each['grade']}: {each['source']}]"
                )


@series.command()
@click.argument("name", metavar="SERIES")
@click.option("--area", default="", help="Of a factor, as the series names its areas.")
@click.option("--year", type=int, help="Of a factor: its data year.")
@click.option("--gas", default="", help="Of a warming potential; SERIES is then the set.")
@click.option("--value", required=True)
@click.option("--unit", required=True)
@click.option("--from", "holds_from", type=_DAY, required=True, help="For actions done since.")
@click.option("--title", required=True, help="Of the publication that it stands in.")
@click.option("--source", required=True, help="Where that is found.")
@click.option("--copy", required=True, help="Which copy of it was read.")
@click.option("--grade", type=click.Choice(GRADES), required=True)
@click.option("--note", default="")
@signed_in(*_BOTH)
def propose(
    wiring: Wiring,
    actor: Viewer,
    *,
    name: str,
    year: int | None,
    value: str,
    holds_from: datetime,
    **said: str,
) -> None:
    """Propose a value of SERIES and sign it; somebody of the other role publishes it."""
    try:
        number = Decimal(value)
    except InvalidOperation as wrong:
        raise click.UsageError(f"{value} is no number.") from wrong
    if not number.is_finite():
        raise click.UsageError(f"{value} is no number.")
    new = NewSeriesValue(
        series=name, data_year=year, value=number, holds_from=holds_from.date(), **said
    )
    ((one, awaiting),) = wiring.database.transact(
        propose_series, [new], by=actor, zone=wiring.zone, clock=wiring.clock
    )
    _tell(one, awaiting)


@series.command()
@click.argument("value_id", metavar="SVL_ID")
@signed_in(*_BOTH)
def publish(wiring: Wiring, actor: Viewer, value_id: str) -> None:
    """Sign a proposed value; the second signature, of the other role, publishes it."""
    one, awaiting = wiring.database.transact(
        sign_series, parse("svl", value_id), by=actor, zone=wiring.zone, clock=wiring.clock
    )
    _tell(one, awaiting)


def _tell(one: SeriesValue, awaiting: list[str]) -> None:
    said = one.said
    of = said.gas or f"{said.area} {said.data_year}"
    click.echo(f"{public('svl', one.value_id)}  {said.series} {of}: {said.value:f} {said.unit}")
    if awaiting:
        click.echo(f"Signed. It takes the signature of an {awaiting[0]} too.")
    elif one.published_at is not None:
        click.echo(f"Published: for actions done since {said.holds_from} and recorded from now on.")
