"""tanpuhui recompute: stored reductions run again, in bulk."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from dataclasses import asdict
from typing import IO
from uuid import UUID

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands.ready import ready_settings
from app.commands.refused import said
from app.ids import MalformedId, parse
from app.store.audit.finding import AuditFinding
from app.store.audit.snapshot import snapshot
from app.store.audit.stored import count_actions
from app.usecases.audit.recompute_reductions import Difference, recompute_reductions
from app.wiring import Wiring, wire

# Moving the bar costs as much as a tenth of a recomputation.
BAR_EVERY = 250


@click.command()
@click.argument("action", required=False)
@click.option("--all", "everything", is_flag=True, help="Every stored reduction.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="N of them.")
@click.option("--seed", default="0", show_default=True, help="Which N: the same for the same seed.")
@click.option(
    "--differences",
    type=click.File("w", encoding="utf-8"),
    metavar="FILE",
    help="Write every difference to FILE, one JSON object a line.",
)
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
def recompute(
    action: str | None,
    sample: int | None,
    seed: str,
    differences: IO[str] | None,
    *,
    everything: bool,
    as_json: bool,
) -> None:
    """Run stored reductions again and report every difference.

    Give the id of one ACTION (act_… or red_…), or --all, or --sample N. Reads one moment of the
    books, row by row, and changes nothing. Exit code 1 when one does not come out to the
    milligram that was stored.
    """
    if sum((action is not None, everything, sample is not None)) != 1:
        raise click.UsageError("Give one of: an action's id, --all, --sample N.")
    with ready_settings() as settings, closing(wire(settings)) as wiring:
        finding = _recompute(wiring, sample, seed, _action_id(action), differences)
    if as_json:
        click.echo(json.dumps({**asdict(finding), "ok": finding.ok}, ensure_ascii=False, indent=2))
    else:
        click.echo(finding.line())
    if action is not None and finding.count == 0:
        raise click.ClickException(f"There is no action {action}.")
    if not finding.ok:
        click.get_current_context().exit(1)


def _action_id(text: str | None) -> UUID | None:
    if text is None:
        return None
    try:
        return parse("red" if text.startswith("red_") else "act", text)
    except MalformedId as malformed:
        raise click.UsageError(said(malformed)) from malformed


def _recompute(
    wiring: Wiring, sample: int | None, seed: str, action_id: UUID | None, file: IO[str] | None
) -> AuditFinding:
    columns = (
        TextColumn("recomputing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    # On standard error, so that what is written to standard output stays one document.
    bar = Progress(*columns, console=Console(stderr=True))

    def moved(done: int) -> None:
        if done % BAR_EVERY == 0 or done == total:
            bar.update(work, completed=done)

    def differs(difference: Difference) -> None:
        if file is not None:
            file.write(json.dumps(asdict(difference), ensure_ascii=False) + "\n")

    with ExitStack() as open_things:
        connection = open_things.enter_context(snapshot(wiring.database))
        stored = 1 if action_id else count_actions(connection)
        total = min(sample or stored, stored)
        open_things.enter_context(bar)
        work = bar.add_task("recomputing", total=total)
        return recompute_reductions(
            connection,
            wiring.rulebook,
            sample=sample,
            seed=seed,
            action_id=action_id,
            progress=moved,
            on_difference=differs,
        )
