"""tanpuhui events: what became of an organisation's things, as it happens."""

from __future__ import annotations

import time
from typing import Final

import click
import orjson

from app.commands.over_http import ApiClient, as_program

LOOK_EVERY_S: Final = 1.0
LATEST: Final = "latest"


@click.group()
def events() -> None:
    """Events, as an organisation's program reads them."""


@events.command()
@as_program
@click.option("--after", default=LATEST, show_default=True, help="evt_…, or `oldest`.")
@click.option("--type", "kind", help="Of one type or kind: redemption.captured, redemption.")
@click.option("--subject", help="Of one thing.")
@click.option("--no-follow", is_flag=True, help="End where the events end by now.")
def tail(
    program: ApiClient, after: str, kind: str | None, subject: str | None, no_follow: bool
) -> None:
    """Print events, one JSON object a line, and go on with what happens, until Ctrl-C."""
    given = {"type": kind, "subject": subject}
    query = {name: value for name, value in given.items() if value}
    for found, more in program.events(None if after == "oldest" else after, **query):
        for each in found:
            click.echo(orjson.dumps(each))
        if not more:
            if no_follow:
                return
            time.sleep(LOOK_EVERY_S)
