"""tanpuhui policy: the rules by which grams become points, and how two people publish others."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands.signed_in import ready_wiring, signed_in
from app.ids import parse, public
from app.usecases.points.propose_policy import propose_policy
from app.usecases.points.read_policies import read_policies
from app.usecases.points.sign_policy import sign_policy
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.points.proposed_policy import ProposedPolicy

_BOTH = ("operator", "authority")


@click.group()
def policy() -> None:
    """The points policies: shown, and published by two people."""


@policy.command("list")
@click.option("--proposed", is_flag=True, help="What was proposed here and awaits a signature.")
def list_policies(*, proposed: bool) -> None:
    """Every policy by the day from which it holds."""
    with ready_wiring() as wiring:
        if proposed:
            for one in wiring.database.transact(read_policies):
                if one.published_at is None:
                    _tell(one, [])
            return
        for each in wiring.policies.all():
            document = each.document
            until = f" to {document.in_force_to}" if document.in_force_to else ""
            click.echo(f"{document.name}  from {document.in_force_from}{until}  {document.digest}")


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed_in(*_BOTH)
def propose(wiring: Wiring, actor: Viewer, file: Path) -> None:
    """Propose the policy of FILE and sign it; somebody of the other role publishes it."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise click.UsageError(f"{file} is no UTF-8 text.") from wrong
    one, awaiting = wiring.database.transact(
        propose_policy, text, wiring.publishing_rules, by=actor, clock=wiring.clock
    )
    _tell(one, awaiting)


@policy.command()
@click.argument("policy_id", metavar="PPL_ID")
@signed_in(*_BOTH)
def publish(wiring: Wiring, actor: Viewer, policy_id: str) -> None:
    """Sign a proposed policy; the second signature, of the other role, announces it."""
    one, awaiting = wiring.database.transact(
        sign_policy,
        parse("ppl", policy_id),
        wiring.publishing_rules,
        by=actor,
        clock=wiring.clock,
    )
    _tell(one, awaiting)


def _tell(one: ProposedPolicy, awaiting: list[str]) -> None:
    document = one.document
    click.echo(f"{public('ppl', one.policy_id)}  {document.name}  {document.digest}")
    if awaiting:
        click.echo(f"Signed. It takes the signature of an {awaiting[0]} too.")
    elif one.published_at is not None:
        click.echo(f"Published: it holds for what is done from {document.in_force_from} on.")
