"""tanpuhui organisation: who takes part, and how organisations are suspended and closed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import click
from click import Context, Parameter

from app.commands.signed_in import ready_wiring, signed_in
from app.ids import UnknownId, parse, public
from app.tokens import LONGEST_LIFETIME
from app.usecases.organisations.close_organisation import close_organisation
from app.usecases.organisations.lift_suspension import lift_suspension
from app.usecases.organisations.read_organisation import read_organisation
from app.usecases.organisations.read_organisations import read_organisations
from app.usecases.organisations.read_running_papers import (
    MOST_WITHIN_DAYS,
    SeenPaper,
    read_running_papers,
)
from app.usecases.organisations.suspend_organisation import suspend_organisation
from app.wiring import Wiring
from behaviours.changed_standing import ChangedStanding
from behaviours.closing import OPERATOR, OpenMatters
from behaviours.organisations import ORGANISATION_KINDS
from behaviours.standing import GROUNDS, STEPS, SUSPEND, OrganisationStanding
from behaviours.viewer import Viewer

AT_ONCE = 500
ACTING = STEPS[SUSPEND].by


class OrganisationName(click.ParamType[UUID]):
    """``org_…`` as it is typed."""

    name = "org_…"

    def convert(self, value: str, param: Parameter | None, ctx: Context | None) -> UUID:
        try:
            return parse("org", value)
        except UnknownId:
            self.fail(f"{value!r} is not the id of an organisation (org_…)", param, ctx)


@click.group()
def organisation() -> None:
    """Organisations: list and show them; suspend one, let it in again, close it.

    The steps are taken --as a user of the programme; lifting and closing take two of two roles.
    """


@organisation.command("list")
@click.option("--kind", type=click.Choice(ORGANISATION_KINDS), help="Of one kind only.")
def list_all(kind: str | None) -> None:
    """Who was ever admitted, newest first, and how they stand."""
    before = None
    with ready_wiring() as wiring:
        while page := wiring.database.transact(
            read_organisations, kind=kind, before=before, most=AT_ONCE
        ):
            for each in page:
                click.echo(_line(each))
            before = page[-1].organisation_id


@organisation.command()
@click.argument("organisation_id", type=OrganisationName())
def show(organisation_id: UUID) -> None:
    """One organisation: how it stands, what is open with it, what was done to it."""
    with ready_wiring() as wiring:
        seen = wiring.database.transact(read_organisation, organisation_id, clock=wiring.clock)
    click.echo(_line(seen.standing))
    _tell_open(seen.matters)
    for step in seen.steps:
        ground = f" ({step.ground})" if step.ground else ""
        click.echo(
            f"  {step.taken_at:%Y-%m-%d %H:%M:%S %Z}  {step.step:<13} {step.role or 'time':<9} "
            f"{public('usr', step.taken_by) if step.taken_by else ''}{ground}  {step.reason or ''}"
        )


@organisation.command()
@click.option(
    "--within",
    "within_days",
    type=click.IntRange(0, MOST_WITHIN_DAYS),
    metavar="DAYS",
    help="Instead of as many days as the programme states.",
)
def papers(within_days: int | None) -> None:
    """Papers that ran out or soon will, the first one first, and what follows when."""
    after = None
    with ready_wiring() as wiring:
        while page := wiring.database.transact(
            read_running_papers,
            by=Viewer(OPERATOR, None),
            within_days=within_days,
            terms=wiring.programme.papers,
            zone=wiring.zone,
            clock=wiring.clock,
            after=after,
            most=AT_ONCE,
        ):
            for each in page:
                click.echo(_paper_line(each))
            after = page[-1].listed.place


@organisation.command()
@click.argument("organisation_id", type=OrganisationName())
@click.option("--ground", type=click.Choice(GROUNDS), required=True, help="Which kind of reason.")
@click.option("--reason", required=True, help="What happened.")
@signed_in(*ACTING)
def suspend(wiring: Wiring, actor: Viewer, organisation_id: UUID, ground: str, reason: str) -> None:
    """Suspend an organisation at once: its tokens are dead within a second."""
    ends = {"ground": ground, "access_lifetime": LONGEST_LIFETIME}
    _change(wiring, actor, suspend_organisation, organisation_id, reason=reason, **ends)


@organisation.command()
@click.argument("organisation_id", type=OrganisationName())
@click.option("--reason", required=True, help="Why it may take part again.")
@signed_in(*ACTING)
def lift(wiring: Wiring, actor: Viewer, organisation_id: UUID, reason: str) -> None:
    """Sign that a suspension ends; the second signature, of the other role, ends it."""
    _change(wiring, actor, lift_suspension, organisation_id, reason=reason)


@organisation.command()
@click.argument("organisation_id", type=OrganisationName())
@click.option("--reason", required=True, help="Why it does not take part any more.")
@signed_in(*ACTING)
def close(wiring: Wiring, actor: Viewer, organisation_id: UUID, reason: str) -> None:
    """Sign that an organisation is closed for good; the second signature closes it."""
    ends = {"access_lifetime": LONGEST_LIFETIME}
    _change(wiring, actor, close_organisation, organisation_id, reason=reason, **ends)


def _change(
    wiring: Wiring,
    actor: Viewer,
    verb: Callable[..., ChangedStanding],
    organisation_id: UUID,
    **said: object,
) -> None:
    """Change how an organisation stands, and tell how it stands then."""
    done = wiring.database.transact(verb, organisation_id, by=actor, clock=wiring.clock, **said)
    click.echo(_line(done.standing))
    _tell_open(done.matters)
    if done.awaiting:
        click.echo(f"Signed. It takes the signature of an {done.awaiting[0]} too.")


def _tell_open(matters: OpenMatters) -> None:
    for count, what, becomes in matters.told:
        click.echo(f"  {count:>8,}  {what:<24} {becomes}")


def _paper_line(seen: SeenPaper) -> str:
    listed, paper = seen.listed, seen.listed.paper
    days = (paper.runs_out_on - seen.today).days
    when = f"in {days} days" if days >= 0 else f"{-days} days ago"
    stops = f"stops it on {seen.stops_on}" if seen.stops_on else "stops nobody"
    waits = f", {public('doc', listed.renewal_id)} waits" if listed.renewal_id else ""
    return (
        f"{paper.runs_out_on}  {when:<14} {paper.kind:<16} {public('org', paper.organisation_id)}"
        f"  {listed.standing:<14}  {listed.name}: {stops}{waits}"
    )


def _line(standing: OrganisationStanding) -> str:
    named = public("org", standing.organisation_id)
    return f"{named}  {standing.kind:<10} {standing.state:<14}  {standing.name}"
