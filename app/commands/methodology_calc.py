"""tanpuhui methodology calc: what an action would save by a rule, step by step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from app.clock import Clock
from app.commands.form import GIVEN
from app.commands.ready import read_settings
from app.commands.refused import refusals_shown
from app.commands.signed_in import ready_wiring
from app.programme import programmes_of
from app.usecases.methodologies.read_rule_to_run import read_rule_to_run
from behaviours.actions.calculation import ParameterShown, UncertaintyShown, WorkingShown
from behaviours.actions.quantify import explain
from behaviours.actions.shipped import load_file, load_rulebook
from behaviours.civil_time import civil_day
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import UnknownMethodology
from behaviours.rules.trusted import PARTICIPANT, PROVIDER
from behaviours.rules.units import kg

DAY = click.DateTime(["%Y-%m-%d"])
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


@click.command()
@click.argument("rule", metavar="FILE|FOLDER|CODE[/VERSION]")
@click.option("--set", "quantities", type=GIVEN, multiple=True, help="A quantity, as trips=1.")
@click.option("--evidence", type=GIVEN, multiple=True, help="What an equation reads of it.")
@click.option("--region", required=True, metavar="CN-44", help="Where it was done.")
@click.option("--on", type=DAY, help="When; today, or the rule's first day if that is later.")
@click.option("--recorded-on", type=DAY, help="When it was reported; on its own day by default.")
@click.option(
    "--history", type=GIVEN, multiple=True, help="An earlier day that the rule reads, DAY=VALUE."
)
@click.option(
    "--before", type=GIVEN, multiple=True, help="What counted before by a limit, NAME=AMOUNT."
)
@click.option("--by-person", is_flag=True, help="The person reports it herself.")
@click.option("--json", "as_json", is_flag=True, help="The whole calculation as JSON.")
def calc(  # noqa: PLR0917 - as click gives them
    rule: str,
    quantities: tuple[tuple[str, str], ...],
    evidence: tuple[tuple[str, str], ...],
    region: str,
    on: datetime | None,
    recorded_on: datetime | None,
    history: tuple[tuple[str, str], ...],
    before: tuple[tuple[str, str], ...],
    *,
    by_person: bool,
    as_json: bool,
) -> None:
    """What an action would save, with every equation's value and every figure's source.

    The rule is a methodology.yaml, a folder with one, or a version by its code (the one in force
    on the day, if none is named). Shipped rules and files need no database; a version that was
    drafted or published here is read from it.
    """
    with refusals_shown():
        today = civil_today()
        version = _version(rule, on.date() if on else today)
        done_on = on.date() if on else max(today, version.validity.starts_on)
        working = explain(
            version,
            dict(quantities),
            dict(evidence),
            region,
            done_on,
            list(_days(history)),
            recorded_on=recorded_on.date() if recorded_on else None,
            reported_by=PARTICIPANT if by_person else PROVIDER,
            counted_before=_before(version, before),
        )
    shown = working.as_dict()
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(shown)))


def civil_today() -> date:
    settings = read_settings()
    return civil_day(Clock(settings.clock_path).now(), programmes_of(settings).zone)


def _version(rule: str, on: date) -> Version:
    path = Path(rule).resolve()
    file = path / "methodology.yaml" if path.is_dir() else path
    if file.is_file():
        # A version that this one amends lies beside its folder.
        return load_file(file, file.parents[min(1, len(file.parents) - 1)])
    if path.exists():
        raise click.ClickException(f"There is no methodology.yaml in {rule}.")
    code, at, named = rule.partition("@") if "@" in rule else rule.partition("/")
    rulebook = load_rulebook()
    try:
        if at:
            return rulebook.version(code, named)
        return rulebook.version_on(code, on)
    except UnknownMethodology:
        with ready_wiring() as wiring:
            if at:
                return wiring.database.transact(
                    read_rule_to_run, code, named, rulebook=wiring.rulebook
                )
            return wiring.rulebook.version_on(code, on)


def _days(history: Iterable[tuple[str, str]]) -> Iterator[tuple[date, Decimal]]:
    for day, value in history:
        try:
            yield date.fromisoformat(day), Decimal(value)
        except (ValueError, InvalidOperation) as wrong:
            raise click.UsageError(f"--history {day}={value} is no DAY=VALUE.") from wrong


def _before(version: Version, before: Iterable[tuple[str, str]]) -> dict[str, Decimal]:
    known = {limit.name for limit in version.limits}
    found = {}
    for name, amount in before:
        if name not in known or not _AMOUNT.fullmatch(amount):
            raise click.UsageError(f"--before {name}={amount} is no amount of a limit of the rule.")
        found[name] = Decimal(amount)
    return found


def _lines(shown: WorkingShown) -> Iterator[str]:
    yield f"{shown['methodology']}  {shown['digest']}"
    yield "Inputs"
    for given in shown["inputs"]:
        yield f"  {given['name']} = {given['value']} {given.get('unit', '')}".rstrip()
    for before in shown["history"]:
        yield f"  on {before['on']}: {before['value']}"
    yield "Figures"
    for figure in shown["parameters"]:
        yield from _figure(figure)
    for condition in shown["conditions"]:
        yield f"Met: {condition['if']}  ({condition['meaning']})"
    yield "Steps"
    for step in shown["steps"]:
        yield f"  {step['name']} = {step['equation']} = {step['value']} {step['unit']}"
        yield f"      [{step['provenance']}: {step['source']['title']}]"
    yield f"Rounding: {shown['rounding']['rule']}, of {shown['rounding']['exact_kg']} kg"
    if "uncertainty" in shown:
        yield from _uncertainty(shown["uncertainty"])
    for limit in shown.get("limits", ()):
        unit = "" if limit["unit"] == "1" else f" {limit['unit']}"
        yield (
            f"Limit {limit['name']}: at most {limit['most']}{unit} of {limit['of']} per "
            f"{limit['per']}, {limit['before']} counted before, {limit['counted']} of this"
        )
    yield (
        f"Result: {shown['saved_mg']} mg CO2e ({kg(shown['saved_mg'])} kg), "
        f"as good as {shown['provenance']}"
    )


def _uncertainty(shown: UncertaintyShown) -> Iterator[str]:
    relative = f" ({shown['relative']} of it)" if shown["relative"] else ""
    yield f"Uncertainty: ± {shown['half_width_kg']} kg{relative} at {shown['confidence']} %"
    yield f"      [{shown['method']}]"
    for each in shown["figures"]:
        name = f"{each['name']}[{', '.join(each['key'])}]" if each["key"] else each["name"]
        yield f"  {name} {each['stated']} moves it by {each['moves_kg']} kg"
    if shown["unstated"]:
        yield f"  counted as exact, since nothing is stated: {', '.join(shown['unstated'])}"


def _figure(figure: ParameterShown) -> Iterator[str]:
    rows = figure.get("rows", [])
    value = figure.get("value", f"a table of {len(rows)} rows")
    yield f"  {figure['name']} = {value} {figure['unit']}"
    for row in rows:
        yield f"      {' · '.join(row['key'])} = {row['value']}"
    where = f"{figure['notice']}; " if "notice" in figure else ""
    source = figure["source"]
    address = f" {source['url']}" if source.get("url") else ""
    yield f"      [{figure['provenance']}: {where}{source['title']}{address}]"
