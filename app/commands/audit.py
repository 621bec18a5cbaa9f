"""tanpuhui audit: the books checked against their entries, one line for each invariant."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from app.commands.books import books_at_a_moment
from app.commands.ledger import account, trial_balance
from app.commands.recompute import recompute
from app.commands.rows import rows
from app.commands.sandboxed import FLAG
from app.store.audit.finding import AuditFinding
from app.usecases.audit.audit import audit as derive_again
from behaviours.json_value import JsonObject


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@FLAG
@click.pass_context
def audit(ctx: click.Context, *, as_json: bool, sandbox: bool) -> None:
    """Derive every balance, every milligram and every serial range from the entries.

    Prints one line for each invariant: its name, how many things were compared, the verdict with
    the first offenders, and what was compared. Reads one moment of the books and changes
    nothing. Exit code 1 when an invariant is broken.
    """
    if ctx.invoked_subcommand is not None:
        return
    with books_at_a_moment(sandbox=sandbox) as (wiring, connection):
        found = derive_again(
            connection,
            rulebook=wiring.rulebook,
            policies=wiring.policies,
            found=_unprinted if as_json else _print,
        )
    broken = [finding for finding in found if not finding.ok]
    if as_json:
        document = {"ok": not broken, "findings": [_document(each) for each in found]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"{len(broken)} of {len(found)} invariants are broken."
            if broken
            else f"All {len(found)} invariants hold."
        )
    if broken:
        ctx.exit(1)


def _print(finding: AuditFinding) -> None:
    click.echo(finding.line())


def _unprinted(_finding: AuditFinding) -> None:
    """The document is printed as a whole."""


def _document(finding: AuditFinding) -> JsonObject:
    return {**asdict(finding), "ok": finding.ok}


for command in (recompute, trial_balance, account, rows):
    audit.add_command(command)
