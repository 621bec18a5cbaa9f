"""tanpuhui methodology period: what a monitoring period of a project comes to, step by step."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from app.commands.refused import said
from behaviours.actions.shipped import load_rulebook
from behaviours.refusal import Refusal
from behaviours.rules.survey.reading import survey_of
from behaviours.rules.survey.run import run_survey
from behaviours.rules.survey.shown import RunShown, run_shown
from behaviours.rules.units import kg


@click.command("period")
@click.argument("label", metavar="CODE@VERSION")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Everything as one line of JSON.")
def period(label: str, file: Path, as_json: bool) -> None:
    """Compute a period by a rule of projects; nothing is recorded.

    FILE is YAML: region, period, sets, quantities, labels, project_parameters and previous, as a
    case in the rule's examples.yaml writes them.
    """
    code, _, number = label.partition("@")
    try:
        version = load_rulebook().version(code, number)
        version.check_of_projects()
        survey = survey_of(file.read_text("utf-8"), file.name)
        shown = run_shown(version, run_survey(version, survey))
    except Refusal as refusal:
        raise click.ClickException(said(refusal)) from refusal
    if as_json:
        click.echo(orjson.dumps(shown))
    else:
        _tell(shown)


def _tell(shown: RunShown) -> None:
    click.echo(f"{shown['methodology']}  {shown['digest']}")
    for step in shown["steps"]:
        for cell in step["cells"]:
            keys = f"[{', '.join(cell['key'])}]" if cell["key"] else ""
            click.echo(f"  {step['name']}{keys} = {cell['value']} {step['unit']}")
    for name, mg in shown["results"].items():
        click.echo(f"{name}: {kg(int(mg))} kg CO2e")
    for vintage in shown["vintages"]:
        click.echo(f"of {vintage['year']}: {kg(int(vintage['mg']))} kg CO2e")
    click.echo(f"Result: {kg(int(shown['saved_mg']))} kg CO2e, {shown['provenance']}")
