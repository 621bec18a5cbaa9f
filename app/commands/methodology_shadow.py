"""tanpuhui methodology shadow: a rule over recorded actions, from the command line."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app.commands.refused import language_of
from app.commands.signed_in import ready_wiring
from app.shown.shadow_picture import amount, change, shadow_picture
from app.store.audit.snapshot import snapshot
from app.usecases.methodologies.read_rule_to_run import read_rule_to_run
from app.usecases.methodologies.run_shadow import run_shadow
from app.wiring import Wiring
from behaviours.actions.shipped import load_version
from behaviours.civil_time import civil_day
from behaviours.rules.methodology import Version
from behaviours.rules.shadow import check_period
from behaviours.rules.shadow_report import ShadowReport

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("rule", metavar="CODE@VERSION|FOLDER")
@click.option("--from", "starts_on", type=_DAY, required=True, help="First civil day.")
@click.option("--to", "ends_on", type=_DAY, required=True, help="Last civil day, included.")
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="N actions; all by default."
)
@click.option("--seed", default="0", show_default=True, help="Draws the same ones again.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.SVG",
    help="Write the report as a picture.",
)
@click.option("--json", "as_json", is_flag=True, help="The whole report as JSON.")
def shadow(  # noqa: PLR0917 - as click gives them
    rule: str,
    starts_on: datetime,
    ends_on: datetime,
    sample: int | None,
    seed: str,
    picture: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say what a draft would have changed: who gains, who loses, where; nothing is written.

    The draft is one in the books, or a FOLDER with methodology.yaml and examples.yaml.
    """
    columns = (TextColumn("looking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with ready_wiring() as wiring:
        today = civil_day(wiring.clock.now(), wiring.rulebook.zone)
        check_period(starts_on.date(), ends_on.date(), today)
        version = _version(wiring, rule)
        # On standard error, so that what is written to standard output stays one document.
        with (
            snapshot(wiring.database) as connection,
            Progress(*columns, console=Console(stderr=True)) as bar,
        ):
            work = bar.add_task("looking", total=None)
            report = run_shadow(
                connection,
                version,
                occurred_from=starts_on.date(),
                occurred_to=ends_on.date(),
                sample=sample,
                seed=seed,
                rulebook=wiring.rulebook,
                progress=lambda done, total: bar.update(work, completed=done, total=total),
            )
        regions = wiring.rulebook.regions
    if picture is not None:
        drawn = shadow_picture(report, regions, language_of(os.environ))
        picture.write_text(drawn, encoding="utf-8")
    _tell(report, as_json=as_json)


def _version(wiring: Wiring, rule: str) -> Version:
    folder = Path(rule)
    if (folder / "methodology.yaml").is_file():
        texts = [
            (folder / name).read_text("utf-8") for name in ("methodology.yaml", "examples.yaml")
        ]
        return load_version(texts[0], texts[1], "methodology.yaml")
    code, at, version = rule.partition("@")
    if not at:
        raise click.UsageError(f"{rule} is neither code@version nor a folder with a rule in it.")
    return wiring.database.transact(read_rule_to_run, code, version, rulebook=wiring.rulebook)


def _tell(report: ShadowReport, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
        return
    totals, people = report["totals"], report["people"]
    click.echo(
        f"{report['methodology']}, {report['from']} to {report['to']}: "
        f"{totals['actions']:,} actions of {people['people']:,} people, "
        f"{amount(int(totals['old_mg']))} → "
        f"{amount(int(totals['new_mg']))} ({change(int(totals['change_mg']))})"
    )
    for word, changed in (("gain", people["gain"]), ("lose", people["lose"])):
        click.echo(f"{changed['people']:,} people {word} {amount(int(changed['mg']))}.")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("region", "month", "actions", "old", "new", "change", "refused"):
        table.add_column(heading, justify="left" if heading in ("region", "month") else "right")
    for group in report["groups"]:
        table.add_row(
            group["region"],
            group["month"],
            f"{group['actions']:,}",
            amount(int(group["old_mg"])),
            amount(int(group["new_mg"])),
            change(int(group["change_mg"])),
            f"{group['refused']:,}",
        )
    Console().print(table)
    for refusal in report["refusals"]:
        click.echo(f"Refused {refusal['actions']:,} times: {refusal['code']}, for example: ")
        click.echo(f"  {refusal['for_example']}")
