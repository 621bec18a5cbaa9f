"""tanpuhui audit trial-balance, audit account: the three books as they stood at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from app.commands.books import books_at_a_moment
from app.ids import parse
from app.usecases.audit.read_account_history import read_account_history
from app.usecases.audit.read_trial_balance import read_trial_balance
from behaviours.civil_time import utc_text
from rewards.ledger.statement import CHARTS, AccountHistory, TrialBalance


class MomentParameter(click.ParamType[datetime]):
    """A moment with its offset from UTC."""

    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment; write 2026-07-01T04:00:00+08:00.", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} lacks its offset; write 2026-07-01T04:00:00+08:00.", param, ctx)
        return moment


_AT = click.option(
    "--at",
    type=MomentParameter(),
    metavar="MOMENT",
    help="As the books stood then, the moment included (default: now).",
)


@click.command("trial-balance")
@click.option("--book", type=click.Choice(list(CHARTS)), help="One book (default: all three).")
@_AT
@click.pass_context
def trial_balance(ctx: click.Context, book: str | None, at: datetime | None) -> None:
    """Print debits, credits and balance of every account of a book.

    Balances are in the book's unit: points, mg CO2e, or fen. Exit code 1 when the debits and the
    credits of a book differ.
    """
    with books_at_a_moment() as (wiring, connection):
        until = at or wiring.clock.now()
        found = [
            read_trial_balance(connection, each, at=until) for each in ([book] if book else CHARTS)
        ]
    for each in found:
        click.echo("\n".join(_lines(each)))
    if any(each.difference for each in found):
        ctx.exit(1)


@click.command()
@click.argument("name", metavar="ACCOUNT")
@click.option("--book", type=click.Choice(list(CHARTS)), required=True)
@click.option("--of", "person", metavar="par_…", help="One person's part of the points book.")
@click.option("--before", metavar="ID", help="Go on after this posting, the last one printed.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@_AT
def account(
    name: str, *, book: str, person: str | None, before: str | None, limit: int, at: datetime | None
) -> None:
    """Print what an account held at a moment, and the postings that made it so.

    The last written comes first; what one call does not print the next one does, with --before.
    """
    if person is not None and book != "points":
        raise click.UsageError("Only the points book is kept person by person.")
    with books_at_a_moment() as (wiring, connection):
        history = read_account_history(
            connection,
            book,
            name,
            at=at or wiring.clock.now(),
            participant_id=parse("par", person) if person else None,
            before=parse("pst", before) if before else None,
            most=limit,
        )
    click.echo("\n".join(_history(history)))


def _lines(found: TrialBalance) -> list[str]:
    heading = f"{found.book} ({found.chart.unit}) at {utc_text(found.at)}"
    rows = [("account", "debits", "credits", "balance")]
    rows += [
        (line.account, str(line.debits), str(line.credits), str(found.balance(line)))
        for line in found.lines
    ]
    debits = sum(line.debits for line in found.lines)
    rows.append(("together", str(debits), str(debits - found.difference), str(found.difference)))
    return [heading, *(f"  {name:<16}" + _columns(figures) for name, *figures in rows)]


def _columns(figures: Sequence[str]) -> str:
    return "".join(f"{each:>22}" for each in figures)


def _history(found: AccountHistory) -> list[str]:
    unit = CHARTS[found.book].unit
    return [
        f"{found.account} held {found.balance} {unit} at {utc_text(found.at)}",
        *(
            f"  pst_{each.posting_id.hex}  {utc_text(each.posted_at)}  {each.kind:<9}"
            f"{each.change:>+22}  {each.debit_account} <- {each.credit_account}"
            for each in found.entries
        ),
    ]
