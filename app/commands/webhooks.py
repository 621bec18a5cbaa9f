"""tanpuhui webhooks: for whoever writes a receiver."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import click
import orjson

from app.commands.events import LATEST, LOOK_EVERY_S
from app.commands.over_http import ANYWHERE, ApiClient, as_program
from app.event_types import EVENT_TYPES
from app.outbound import TROUBLES, AnswerLimits, Sent, ask
from app.secrecy.webhook_secrets import signed_headers, webhook_secret
from behaviours.json_value import JsonObject
from behaviours.webhooks import DELIVERED, outcome_of

PATIENCE: Final = AnswerLimits(whole_s=10.0, most_bytes=1_000)
# A worker looks once a second, and waits ten for a receiver.
TRIAL_S: Final = 20.0


@click.group()
def webhooks() -> None:
    """Webhooks while a receiver is written; see POST /v1/webhooks for registering one."""


@webhooks.command()
@as_program
@click.option("--forward-to", "receiver", required=True, help="Of the receiver: http://127.0.0.1:…")
@click.option("--type", "types", multiple=True, help="Only events of these types.")
@click.option("--after", default=LATEST, show_default=True, help="evt_…, or `oldest`.")
@click.option("--signing-secret", help="whsec_…; made up and printed if not given.")
@click.option("--no-follow", is_flag=True, help="End where the events end by now.")
def listen(  # noqa: PLR0917 - as click gives them
    program: ApiClient,
    receiver: str,
    types: tuple[str, ...],
    after: str,
    signing_secret: str | None,
    no_follow: bool,
) -> None:
    """Follow events and send each to a receiver on this machine, signed as a webhook is.

    Nothing is registered, and nothing is tried again: what the receiver answers is printed.
    """
    secret = signing_secret or webhook_secret(uuid4(), uuid4().bytes)
    click.echo(f"Signing with {secret}", err=True)
    wanted = set(types)
    for found, more in program.events(None if after == "oldest" else after):
        for each in found:
            if not wanted or each["type"] in wanted:
                click.echo(_forwarded(each, receiver, secret))
        if not more:
            if no_follow:
                return
            time.sleep(LOOK_EVERY_S)


@webhooks.command()
@as_program
@click.argument("kind", metavar="TYPE", type=click.Choice(EVENT_TYPES))
@click.option("--webhook", required=True, help="whk_…: the endpoint, and no other.")
def trigger(program: ApiClient, kind: str, webhook: str) -> None:
    """Have a test message of TYPE sent to one endpoint, and print how that came out.

    It is marked `"test": true` and tells of nothing that happened.
    """
    path = f"/v1/webhooks/{webhook}"
    event_id = str(program.post(f"{path}/test", {"type": kind})["event_id"])
    ends_at = time.monotonic() + TRIAL_S
    while time.monotonic() < ends_at:
        found = program.get(f"{path}/deliveries", event_id=event_id)["data"]
        if isinstance(found, list) and found and isinstance(found[0], dict):
            click.echo(orjson.dumps(found[0], option=orjson.OPT_INDENT_2))
            if found[0]["outcome"] != DELIVERED:
                raise click.exceptions.Exit(1)
            return
        time.sleep(LOOK_EVERY_S / 2)
    raise click.ClickException(
        f"{event_id} was not sent within {TRIAL_S:.0f} seconds: is a worker running?"
    )


def _forwarded(event: JsonObject, receiver: str, secret: str) -> str:
    """Send one event; the line that tells how that came out."""
    body = orjson.dumps(event)
    headers = signed_headers(str(event["id"]), body, [secret], at=datetime.now(UTC))
    headers["Content-Type"] = "application/cloudevents+json"
    begun_s = time.monotonic()
    try:
        answered = ask(Sent(receiver, headers, body), ANYWHERE, PATIENCE)
        came_out = f"{answered.status} {outcome_of(answered.status)}"
    except TROUBLES as trouble:
        came_out = type(trouble).__name__
    took_ms = (time.monotonic() - begun_s) * 1_000
    return f"{event['id']}  {event['type']}  {event['subject']}  {came_out}  {took_ms:.0f} ms"
