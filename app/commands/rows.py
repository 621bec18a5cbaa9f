"""tanpuhui audit rows: the rows of closed days, as they were hashed."""

from __future__ import annotations

from datetime import date, datetime

import click

from app.commands.books import books_at_a_moment
from app.usecases.audit.read_closed_rows import read_closed_rows


@click.command()
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY")
def rows(first: datetime | None, last: datetime | None) -> None:
    """Print the rows of every closed day, or of those from DAY to DAY, a row a line.

    For `tanpuhui verify --anchors ANCHORS.JSONL --rows FILE`, or for a program of the auditor's
    own. They name people by their ids: hand them to nobody else.
    """
    with books_at_a_moment() as (_, connection):
        begin, end = first.date() if first else date.min, last.date() if last else date.max
        for line in read_closed_rows(connection, first=begin, last=end):
            click.echo(line)
