"""tanpuhui handover: issues that go to another registry, and what it answered."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click
import orjson

from app.api.projects.hand_over_bodies import ReceiverAnswerFile, receiver_answer
from app.commands.signed_in import signed_in
from app.http.blueprint import load
from app.ids import parse
from app.store.database import begin_rehearsal, end_rehearsal
from app.usecases.projects.answer_hand_over import answer_hand_over
from app.usecases.projects.read_hand_overs import read_hand_overs
from app.wiring import Wiring
from behaviours.viewer import Viewer

_BOTH = ("operator", "authority")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def handover() -> None:
    """Issues that go to another registry, and what it answered."""


@handover.command("list")
@click.argument("period", metavar="PERIOD")
@signed_in(*_BOTH)
def list_hand_overs(wiring: Wiring, actor: Viewer, period: str) -> None:
    """The hand-overs of PERIOD (mpd_…), each with what the receiver calls its serials."""
    for each in wiring.database.transact(read_hand_overs, parse("mpd", period), by=actor):
        one = each.hand_over
        digest = one.manifest_digest.hex() if one.manifest_digest else "-"
        number = one.answer_number or "-"
        click.echo(f"{one.number} {one.state} {one.receiver_name} {number} sha256:{digest}")
        theirs = dict(each.foreign)
        for serial in each.serials:
            click.echo(f"  {serial} {theirs.get(serial, '')}".rstrip())


@handover.command()
@click.argument("file", type=_FILE)
@click.option("--dry-run", "as_if", is_flag=True, help="Check all of it, and keep nothing.")
@signed_in(*_BOTH)
def answer(wiring: Wiring, actor: Viewer, file: Path, *, as_if: bool) -> None:
    """Take in FILE (.json), what the receiver answered; it takes effect with the second signature.

    It says period_id, number, answer (accept or reject), receiver_number, manifest_sha256 and, of
    what is accepted, serials: pairs of ours and theirs; of what is rejected, reason. The same file
    once more changes nothing.
    """
    try:
        told = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as broken:
        raise click.ClickException(f"{file} is no JSON: {broken}") from None
    said = load(ReceiverAnswerFile(), told)
    period_id: UUID = said["period_id"]
    rehearsal = begin_rehearsal() if as_if else None
    try:
        signed = wiring.database.transact(
            answer_hand_over,
            period_id,
            said["number"],
            receiver_answer(said),
            by=actor,
            clock=wiring.clock,
        )
    finally:
        if rehearsal is not None:
            end_rehearsal(rehearsal)
    if signed.awaiting:
        missing = " and an ".join(signed.awaiting)
        click.echo(f"Signed; it takes effect when an {missing} takes the same file in.")
    else:
        click.echo(f"The hand-over {'would be' if as_if else 'is'} {signed.hand_over.state}.")
