"""tanpuhui log: who did what, for whoever answers for the programme at the server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

import click

from app.commands.refused import language_of
from app.commands.signed_in import ready_wiring
from app.ids import parse, public
from app.shown.log import FORMS, sentence_of
from app.usecases.log.export_log import export_log
from app.wiring import Wiring
from behaviours.civil_time import utc_text
from behaviours.logbook import LogEntry, LogFilter
from behaviours.users import PROGRAMME_ROLES
from behaviours.viewer import Viewer

PART = 1_000
TEXT = "text"
_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"])


def _id(prefix: str) -> Callable[[click.Context, click.Parameter, str | None], UUID | None]:
    """What reads an id as it is written outside."""

    def read(_ctx: click.Context, _param: click.Parameter, value: str | None) -> UUID | None:
        return parse(prefix, value) if value else None

    return read


@click.command()
@click.option("--user", callback=_id("usr"), help="Of this user.")
@click.option("--client", help="Of this client of a program.")
@click.option("--organisation", callback=_id("org"), help="Of its people and programs.")
@click.option("--verb", help="Of one kind, such as bundle.seal.")
@click.option("--subject", help="Taken on this: bdl_…, code@version.")
@click.option("--request", help="Of this Request-Id.")
@click.option("--from", "since", type=_MOMENT, help="From this moment on: 2026-03-01T00:00+08:00.")
@click.option("--to", "until", type=_MOMENT, help="Before this moment.")
@click.option("--as", "form", type=click.Choice([TEXT, *FORMS]), default=TEXT, show_default=True)
def log(  # noqa: PLR0917 - as click gives them
    user: UUID | None,
    client: str | None,
    organisation: UUID | None,
    verb: str | None,
    subject: str | None,
    request: str | None,
    since: datetime | None,
    until: datetime | None,
    form: str,
) -> None:
    """Print the log, oldest first: every step of anybody with power.

    That it was read at the server is a step, too. `--as csv` and `--as ndjson` are the files that
    GET /v1/log/export sends.
    """
    sought = LogFilter(user, client, verb, subject, organisation, request, since, until)
    with ready_wiring() as wiring:
        entries = _entries(wiring, sought)
        language = language_of(os.environ)
        lines = FORMS[form].write(entries, language) if form in FORMS else _text(entries, language)
        for each in lines:
            click.echo(each, nl=False)


def _entries(wiring: Wiring, sought: LogFilter) -> Iterator[LogEntry]:
    """All of them, read part by part; whoever has the server reads what the programme reads."""
    after, by = None, Viewer(PROGRAMME_ROLES[1], None)
    while part := wiring.database.transact(export_log, sought, by=by, after=after, most=PART):
        yield from part
        after = part[-1].entry_id


def _text(entries: Iterable[LogEntry], language: str) -> Iterator[bytes]:
    for each in entries:
        who = each.client_id or (public("usr", each.user_id) if each.user_id else "")
        named = each.subject.name if each.subject else ""
        cells = (
            *(utc_text(each.taken_at), each.role, who, each.verb, named),
            *(sentence_of(each.verb, language), each.reason or ""),
        )
        yield ("  ".join(cell for cell in cells if cell) + "\n").encode()
