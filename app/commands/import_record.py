"""tanpuhui import --export: a person's record, from another installation of the platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

import click
import orjson

from app.commands.ready import ready_settings
from app.openid.fetching import fetch_json
from app.secrecy.signatures import public_key_of
from app.shown.moves import taken_record_answer
from app.store.database import begin_rehearsal, end_rehearsal
from app.usecases.recording.take_in_record import KeysHere, TakenIn, take_in_record
from app.wiring import wire
from behaviours.exports.moving import ExportUnreadable
from behaviours.json_value import Json, JsonObject
from behaviours.openid_providers import OpenidProviderUnreachable
from behaviours.signed_document import (
    SIGNATURE_FAULTS,
    check_signature,
    key_id,
    read_document,
    read_keys,
)

# A record of ten thousands of actions has some forty million characters.
MOST_BYTES: Final = 256 * 1024 * 1024
_WEB: Final = ("https://", "http://")


def import_record(
    file: Path, *, from_keys: str | None, identity: str | None, dry_run: bool, as_json: bool
) -> None:
    """Take in the export in ``file``; its refusals are those of the verb."""
    if file.stat().st_size > MOST_BYTES:
        raise click.UsageError(f"{file} is larger than {MOST_BYTES >> 20} MiB: this is no export.")
    document = _document(file)
    with ready_settings() as settings:
        if from_keys is not None:
            _check_keys(document, from_keys, open_net_only=not settings.is_test_mode)
        known = identity or click.prompt("Identity of the person", hide_input=True, err=True)
        wiring = wire(settings)
        try:
            with _tried(dry_run):
                taken = wiring.database.transact(
                    take_in_record,
                    document,
                    identity=known,
                    participant_id=None,
                    keys=KeysHere(
                        key_id(public_key_of(settings.signing_key)), settings.identity_key
                    ),
                    rulebook=wiring.rulebook,
                    clock=wiring.clock,
                )
        finally:
            wiring.close()
    _print(taken, dry_run=dry_run, as_json=as_json)


@contextmanager
def _tried(dry_run: bool) -> Iterator[None]:
    """Within the block everything is carried out, and taken back if it is only tried."""
    begun = begin_rehearsal() if dry_run else None
    try:
        yield
    finally:
        if begun is not None:
            end_rehearsal(begun)


def _document(file: Path) -> JsonObject:
    try:
        document = read_document(file.read_text(encoding="utf-8"))
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise ExportUnreadable("shape")
    return document


def _check_keys(document: JsonObject, named: str, *, open_net_only: bool) -> None:
    """The export is signed by one of these; whose keys they are, two people have said before."""
    try:
        keys = read_keys(_keys(named, open_net_only=open_net_only))
    except (ValueError, OSError) as broken:
        raise click.UsageError(f"{named} holds no published keys: {broken}.") from broken
    fault = check_signature(document, keys=keys).fault
    if fault is not None:
        raise click.ClickException(f"Not signed by these keys: {SIGNATURE_FAULTS[fault]}")


def _keys(named: str, *, open_net_only: bool) -> Json:
    if not named.startswith(_WEB):
        return read_document(Path(named).read_text(encoding="utf-8"))
    try:
        status, found = fetch_json(named, open_net_only=open_net_only)
    except OpenidProviderUnreachable as silent:
        raise ValueError(f"nothing that can be read is answered ({silent.case})") from silent
    if status != HTTPStatus.OK:
        raise ValueError(f"the answer was {status}")
    return found


def _print(taken: TakenIn, *, dry_run: bool, as_json: bool) -> None:
    shown = taken_record_answer(taken)
    if as_json:
        click.echo(orjson.dumps(shown).decode())
        return
    said = "taken in" if taken.is_new else "taken in before"
    click.echo(
        f"{shown['actions']:,} actions, {shown['reduction_kg']} kg CO2e, {said} from"
        f" {shown['origin']} for {shown['participant_id']}{', and taken back' if dry_run else ''}."
    )
    if taken.record.unmatched:
        click.echo(
            f"{taken.record.unmatched:,} have numbers that nobody can name here: reported again,"
            " they could not be told from others."
        )
