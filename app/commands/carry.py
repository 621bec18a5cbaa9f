"""What follows the last migration step: rows that only the program can bring into shape."""

from __future__ import annotations

from contextlib import closing

import click

from app.settings import Settings
from app.usecases.recording.carry_claims import carry_claims
from app.usecases.recording.seal_recorded import seal_recorded
from app.wiring import wire


def carry_over(settings: Settings) -> None:
    """Carry over what was recorded by earlier releases, part by part; safe to stop and to repeat.

    Says nothing when there is nothing to do.
    """
    with closing(wire(settings)) as wiring:
        claims = waiting = 0
        while part := wiring.database.transact(carry_claims, rulebook=wiring.rulebook):
            claims, waiting = claims + part.claims, waiting + part.waiting
        sealed = 0
        while (
            rows := wiring.database.transact(seal_recorded, rulebook=wiring.rulebook)
        ) is not None:
            sealed += rows
        if claims:
            click.echo(f"{claims:,} claims were carried over to the normal form of their numbers.")
        if waiting:
            click.echo(
                f"{waiting:,} of them are held by an action that was recorded earlier in another "
                "spelling. `tanpuhui audit` names the actions (claims_once): reverse one of each."
            )
        if sealed:
            click.echo(
                f"{sealed:,} people, actions and contests were sealed. The server's files hold "
                "what was in the clear until VACUUM FULL, and old copies until they end."
            )
