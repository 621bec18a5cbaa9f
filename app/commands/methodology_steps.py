"""tanpuhui methodology draft, file, review, publish …: the life of a rule from the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from app.api.methodologies.lifecycle_body import FilingBody, application_of
from app.commands.form import LABEL
from app.commands.refused import CommandRefused, said
from app.commands.signed_in import ready_wiring, signed_in
from app.http.blueprint import load
from app.ids import public
from app.store.methodologies.steps import steps_of
from app.store.methodologies.versions import find_version
from app.usecases.methodologies.draft_version import draft_version
from app.usecases.methodologies.file_version import file_version
from app.usecases.methodologies.publish_version import publish_version
from app.usecases.methodologies.reopen_version import reopen_version
from app.usecases.methodologies.review_version import review_version
from app.usecases.methodologies.revise_draft import revise_draft
from app.usecases.methodologies.withdraw_version import withdraw_version
from app.wiring import Wiring
from behaviours.actions.drafts import document_text
from behaviours.actions.shipped import load_file
from behaviours.civil_time import civil_day
from behaviours.document import DocumentError, Faults
from behaviours.rules.amending import is_amendment
from behaviours.rules.application import Declaration, ExpertOpinion
from behaviours.rules.document import read_document
from behaviours.rules.lifecycle import MethodologyVersion
from behaviours.rules.publication import Drafted
from behaviours.rules.rulebook import UnknownMethodology
from behaviours.viewer import Viewer
from behaviours.yaml_text import read_plain

_EXAMPLES = "examples.yaml"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", type=_FOLDER)
@signed_in("operator")
def draft(wiring: Wiring, actor: Viewer, folder: Path) -> None:
    """Draft every version below FOLDER (methodology.yaml, examples.yaml); a draft is revised.

    All are checked first: when one of them cannot be used, none is drafted. One that is published
    with the same content is left out.
    """
    rulebook, clock = wiring.rulebook, wiring.clock
    published = {version.digest for version in rulebook.versions()}
    texts = [each for each in _checked(folder) if each.digest not in published]

    def work(connection: Any) -> list[Drafted]:
        return [_drafted(connection, each) for each in texts]

    def _drafted(connection: Any, each: RuleTexts) -> Drafted:
        sent = {"document": each.document, "examples": each.examples}
        given: Any = {"code": each.code, "by": actor, "rulebook": rulebook, "clock": clock, **sent}
        if find_version(connection, each.code, each.version) is None:
            return draft_version(connection, **given)
        return revise_draft(connection, version=each.version, revisions=None, **given)

    for done in wiring.database.transact(work):
        tell_drafted(done)
    if not texts:
        click.echo("Everything in the folder is published with this content.")


@click.command("file")
@click.argument("label", type=LABEL, metavar="CODE@VERSION")
@click.argument("form", type=click.File(encoding="utf-8"))
@signed_in("operator")
def file_(wiring: Wiring, actor: Viewer, label: tuple[str, str], form: Any) -> None:
    """File a draft with the application FORM, a YAML or JSON file.

    It names applicant, contact_role, statement and design_document (title, and text or sha256);
    applicant_id and eligibility if there are any.
    """
    try:
        sent = read_plain(form.read(), form.name, DocumentError)
    except DocumentError as broken:
        raise CommandRefused(broken) from broken
    _step(wiring, actor, label, file_version, application=application_of(load(FilingBody(), sent)))


@click.command()
@click.argument("label", type=LABEL, metavar="CODE@VERSION")
@click.option("--opinion", type=click.Choice(["approve", "return"]), required=True)
@click.option("--reasons", required=True, help="Why.")
@click.option("--employer", required=True, help="Whom you work for.")
@click.option(
    "--no-interest",
    is_flag=True,
    help="You declare: not of the applicant, no part in the drafting, no other interest.",
)
@signed_in("authority")
def review(  # noqa: PLR0917 - as click gives them
    wiring: Wiring,
    actor: Viewer,
    label: tuple[str, str],
    opinion: str,
    reasons: str,
    employer: str,
    no_interest: bool,
) -> None:
    """Give an expert's opinion on a filed version."""
    if not no_interest:
        raise click.ClickException(
            "An expert declares to have no interest in the version: --no-interest. Whoever "
            "cannot, leaves the review to another."
        )
    _step(
        wiring,
        actor,
        label,
        review_version,
        opinion=ExpertOpinion(opinion == "approve", reasons),
        declaration=Declaration(employer, False, False),
    )


@click.command()
@click.argument("label", type=LABEL, metavar="CODE@VERSION")
@click.option("--reason", required=True, help="Why.")
@signed_in("operator")
def reopen(wiring: Wiring, actor: Viewer, label: tuple[str, str], reason: str) -> None:
    """Take a filed or reviewed version back to the draft."""
    _step(wiring, actor, label, reopen_version, reason=reason)


@click.command()
@click.argument("label", type=LABEL, metavar="CODE@VERSION")
@signed_in("operator", "authority")
def publish(wiring: Wiring, actor: Viewer, label: tuple[str, str]) -> None:
    """Sign the publication; the second signature, of the other role, publishes."""
    code, version = label
    kept, awaiting = wiring.database.transact(
        publish_version,
        code=code,
        version=version,
        by=actor,
        rulebook=wiring.rulebook,
        clock=wiring.clock,
    )
    _tell(kept)
    if awaiting:
        click.echo(f"Signed. It takes the signature of an {awaiting[0]} too.")


@click.command()
@click.argument("label", type=LABEL, metavar="CODE@VERSION")
@click.option("--from", "starts_on", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--reason", required=True, help="Why; the public can read it.")
@signed_in("operator", "authority")
def withdraw(
    wiring: Wiring, actor: Viewer, label: tuple[str, str], starts_on: datetime, reason: str
) -> None:
    """Sign a withdrawal from a day on; both sign for the same day."""
    rulebook = wiring.rulebook
    found = rulebook.version(*label)
    awaiting = wiring.database.transact(
        withdraw_version,
        found,
        withdrawn_from=starts_on.date(),
        reason=reason,
        by=actor,
        zone=rulebook.zone,
        clock=wiring.clock,
    )
    click.echo(
        f"Signed. It takes the signature of an {awaiting[0]} for the same day too."
        if awaiting
        else f"{found.label} is withdrawn from {starts_on.date()} on."
    )


@click.command()
@click.argument("label", type=LABEL, metavar="CODE@VERSION")
def status(label: tuple[str, str]) -> None:
    """Where a version stands, and every step that was taken with it."""
    code, version = label
    with ready_wiring() as wiring:
        kept, steps = wiring.database.transact(
            lambda connection: (
                find_version(connection, code, version),
                steps_of(connection, code, version),
            )
        )
        rulebook = wiring.rulebook
        try:
            published = rulebook.version(code, version)
            state, digest = (
                rulebook.state_of(published, civil_day(wiring.clock.now(), rulebook.zone)),
                published.digest,
            )
        except UnknownMethodology:
            if kept is None:
                raise
            state, digest = kept.state, kept.digest
    click.echo(f"{code}@{version} is {state.replace('_', ' ')}  {digest}")
    for step in steps:
        taken_at = f"{step.taken_at:%Y-%m-%d %H:%M:%S %Z}"
        click.echo(f"  {taken_at}  {step.step:<16} {step.role:<9} {public('usr', step.user_id)}")


STEPS = (draft, file_, review, reopen, publish, withdraw, status)


class RuleTexts(NamedTuple):
    """A version's two texts as they are drafted; what it takes over is written out."""

    code: str
    version: str
    digest: str
    document: str
    examples: str


def _checked(folder: Path) -> list[RuleTexts]:
    """Every version below a folder; ends the command with every fault of all of them."""
    files = sorted(folder.rglob("methodology.yaml"))
    if not files:
        raise click.ClickException(f"There is no methodology.yaml below {folder}.")
    faults, found = Faults(), []
    for file in files:
        version = faults.read(load_file, file, folder)
        if not faults.has(version):
            continue
        text, beside = (path.read_text("utf-8") for path in (file, file.with_name(_EXAMPLES)))
        if is_amendment(read_document(text, file.name)):
            text = document_text(dict(version.tree), "")
            beside = document_text(dict(version.examples), "")
        found.append(RuleTexts(version.code, version.version, version.digest, text, beside))
    faults.check()
    return found


def _step(
    wiring: Wiring,
    actor: Viewer,
    label: tuple[str, str],
    verb: Callable[..., MethodologyVersion],
    **given: Any,
) -> None:
    code, version = label
    said = {"code": code, "version": version, "by": actor, "clock": wiring.clock, **given}
    _tell(wiring.database.transact(verb, **said))


def tell_drafted(done: Drafted) -> None:
    """The draft in a line, and what its publication would refuse."""
    _tell(done.kept)
    for obstacle in done.obstacles:
        click.echo(f"  Before it is published: {said(obstacle)}")


def _tell(kept: MethodologyVersion) -> None:
    click.echo(f"{kept.label} is {kept.state}, revision {kept.revision}  {kept.digest}")
