"""tanpuhui provider: what a provider sees of itself, for whoever answers its questions."""

from __future__ import annotations

import click
import orjson

from app.commands.signed_in import ready_wiring
from app.shown.provider import provider_shown
from app.usecases.recording.find_provider import find_provider
from app.usecases.recording.read_provider import read_provider


@click.command()
@click.argument("name", metavar="ID")
def provider(name: str) -> None:
    """Print what the provider ID (its client id, or org_…) sees of itself, as JSON.

    What it may report and by whose numbers, its quota of today and what is used of it, which of
    its actions wait and why, and its installations, counted: the same as GET /v1/provider.
    """
    with ready_wiring() as wiring:
        seen = wiring.database.transact(
            read_provider,
            wiring.database.transact(find_provider, name),
            rulebook=wiring.rulebook,
            terms=wiring.wait_terms,
            now=wiring.clock.now(),
        )
        click.echo(orjson.dumps(provider_shown(seen), option=orjson.OPT_INDENT_2))
