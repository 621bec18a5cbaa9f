"""tanpuhui methodology counts: how far the catalogue is, on one day or on several."""

from __future__ import annotations

from datetime import datetime

import click

from behaviours.actions.shipped import load_rulebook
from behaviours.rules.counts import CatalogueCounts, counted
from behaviours.rules.factors import GRADES

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--on", "days", type=_DAY, multiple=True, required=True, help="May be repeated.")
def counts(days: tuple[datetime, ...]) -> None:
    """How many versions can be used or wait for figures on a day, and figures by grade."""
    versions = load_rulebook().versions()
    columns = [counted(versions, day.date()) for day in days]
    for name, cells in _lines(columns):
        click.echo(f"{name:<34}" + "".join(f"{cell:>12}" for cell in cells))


def _lines(columns: list[CatalogueCounts]) -> list[tuple[str, list[str]]]:
    return [
        ("", [each.on.isoformat() for each in columns]),
        ("versions that can be used", [str(each.usable) for each in columns]),
        ("  of them proxies", [str(each.proxies) for each in columns]),
        ("versions that await figures", [str(each.awaiting) for each in columns]),
        ("versions that did, superseded", [str(each.superseded) for each in columns]),
        ("behaviours that earn", [str(each.behaviours_usable) for each in columns]),
        ("behaviours that wait", [str(each.behaviours_waiting) for each in columns]),
        *(
            (f"figures graded {grade}", [str(each.figures[grade]) for each in columns])
            for grade in GRADES
        ),
        ("parameters read from a series", [str(each.from_series) for each in columns]),
        ("parameters that are awaited", [str(each.awaited) for each in columns]),
        ("figures without a source", [str(each.unsourced) for each in columns]),
    ]
