"""tanpuhui recompute: stored reductions run again, in bulk."""

from __future__ import annotations

from contextlib import closing
from uuid import UUID

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.commands.ready import ready_settings
from app.store.audit.snapshot import snapshot
from app.store.audit.stored import count_actions
from app.store.ids import UnknownId, parse
from app.usecases.audit.finding import Finding
from app.usecases.audit.recompute_reductions import recompute_reductions
from app.wiring import Wiring, wire


@click.command()
@click.argument("action", required=False)
@click.option("--all", "everything", is_flag=True, help="Every stored reduction.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="N of them.")
@click.option("--seed", default="0", show_default=True, help="Which N: the same for the same seed.")
def recompute(action: str | None, sample: int | None, seed: str, *, everything: bool) -> None:
    """Run stored reductions again and report every difference.

    Give the id of one ACTION (act_… or red_…), or --all, or --sample N. Exit code 1 when one
    does not come out to the milligram that was stored.
    """
    if sum((action is not None, everything, sample is not None)) != 1:
        raise click.UsageError("Give one of: an action's id, --all, --sample N.")
    with ready_settings() as settings, closing(wire(settings)) as wiring:
        finding = _recompute(wiring, sample, seed, _action_id(action))
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
    except UnknownId as unknown:
        raise click.UsageError(unknown.message) from unknown


def _recompute(wiring: Wiring, sample: int | None, seed: str, action_id: UUID | None) -> Finding:
    columns = (
        TextColumn("recomputing"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with snapshot(wiring.database) as books, Progress(*columns) as bar:
        stored = 1 if action_id else count_actions(books)
        work = bar.add_task("recomputing", total=min(sample or stored, stored))
        return recompute_reductions(
            books,
            wiring.rulebook,
            sample=sample,
            seed=seed,
            action_id=action_id,
            progress=lambda done: bar.update(work, completed=done),
        )
