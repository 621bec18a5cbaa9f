"""tanpuhui verify: an exported calculation computed again, without a server or a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO

import click

from app.shown.verifier_file import verifier_file
from behaviours.actions.verification import lines_of, verify_calculation
from behaviours.rules.factors import shipped_factors


@click.command()
@click.argument("files", nargs=-1, type=click.File(encoding="utf-8"), metavar="CALCULATION.JSON…")
@click.option("--steps", is_flag=True, help="Show every equation with its value.")
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the verifier as one Python file that needs nothing of this program.",
)
def verify(files: tuple[IO[str], ...], write: Path | None, *, steps: bool) -> None:
    """Verify what GET /v1/actions/{id}/calculation answered.

    Computes the milligrams again from the file alone: the action's inputs, the rule in it (whose
    digest must be the one the reduction was stored with) and the published factors. Exit code 1
    when anything differs.
    """
    if write is not None:
        write.write_text(verifier_file(), encoding="utf-8")
        click.echo(f"Written to {write}. Run it with: python3 {write} calculation.json")
    elif not files:
        raise click.UsageError("Name at least one file, or - to read from a pipe.")
    failed = False
    for file in files:
        try:
            calculation = json.load(file)
        except ValueError as broken:
            failed = True
            click.echo(f"{file.name}: cannot be read: {broken}")
            continue
        verdict = verify_calculation(calculation, shipped_factors())
        failed = failed or bool(verdict.problems)
        click.echo("\n".join(lines_of(verdict, steps=steps)))
    if failed:
        raise SystemExit(1)
