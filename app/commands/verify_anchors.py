"""tanpuhui verify --anchors: a copy of the published days against themselves, and against rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

import click

from app.store.audit.snapshot import snapshot
from app.store.database import Database
from app.store.faults import DATABASE_FAULTS, OTHER_SHAPE
from app.usecases.audit.compare_anchors import compare_anchors
from behaviours.json_value import JsonObject
from behaviours.signed_document import SIGNATURE_FAULTS, check_signature, read_document
from rewards.ledger.anchor import FIRST_PREVIOUS, AnchorDocument, RowsUnordered, chain_faults
from rewards.ledger.anchor_copies import copy_differences
from rewards.ledger.anchor_export import NoRow, export_differences


def verify_anchors(
    file: Path,
    *,
    keys: Mapping[str, bytes] | None,
    database: str | None,
    rows: Path | None,
    published: Path | None,
) -> bool:
    """Print what does not hold, or that everything does; whether it does."""
    try:
        documents, faults = _checked(file, keys)
        if published is not None:
            later, of_later = _checked(published, keys)
            faults += of_later or copy_differences(documents, later)
    except NotAnchors as broken:
        click.echo(f"{broken}")
        return False
    try:
        # Rows say nothing about documents that are not the registry's.
        if not faults and rows is not None:
            with rows.open("rb") as lines:
                faults += export_differences(lines, documents)
        if not faults and database is not None:
            faults += _of_database(database, documents)
    except (NoRow, RowsUnordered) as broken:
        faults.append(f"{rows}: {broken}")
    except (*DATABASE_FAULTS, *OTHER_SHAPE) as broken:
        said = str(getattr(broken, "orig", broken)).strip().splitlines()[0]
        faults.append(f"the database cannot be read: {said}")
    for fault in faults:
        click.echo(f"DIFFERS  {fault}")
    if not faults:
        _praise(documents, by_rows=rows is not None or database is not None, known=bool(keys))
        if published is not None:
            click.echo("What is published now says the same of each of these days.")
    return not faults


class NotAnchors(ValueError):
    """A file that holds no closed days; the text names it."""


def _checked(
    file: Path, keys: Mapping[str, bytes] | None
) -> tuple[list[AnchorDocument], list[str]]:
    """The days of a file, and what does not hold of them by themselves."""
    try:
        kept = _documents(file)
    except ValueError as broken:
        raise NotAnchors(f"{file}: cannot be read: {broken}") from broken
    documents = cast(list[AnchorDocument], kept)
    return documents, [*_unsigned(kept, keys), *chain_faults(documents)]


def _documents(file: Path) -> list[JsonObject]:
    """A day a line, as /v1/registry/anchors.jsonl has them, or one day as a document."""
    text = file.read_text(encoding="utf-8")
    try:
        whole = [read_document(text)]
    except json.JSONDecodeError:
        whole = [read_document(line) for line in text.splitlines() if line.strip()]
    documents = [each for each in whole if isinstance(each, Mapping)]
    if not documents or len(documents) < len(whole):
        raise ValueError("it holds something else than closed days")
    return documents


def _unsigned(documents: Sequence[JsonObject], keys: Mapping[str, bytes] | None) -> Iterator[str]:
    for document in documents:
        fault = check_signature(document, keys=keys).fault
        if fault is not None:
            yield f"{document.get('day')}: {SIGNATURE_FAULTS[fault]}"


def _of_database(url: str, documents: Sequence[AnchorDocument]) -> list[str]:
    first = all(each["previous"] == FIRST_PREVIOUS.hex() for each in documents[0]["books"])
    with closing(Database(url, pool_size=1)) as copy, snapshot(copy) as connection:
        return list(compare_anchors(connection, documents, from_the_first=first))


def _praise(documents: Sequence[AnchorDocument], *, by_rows: bool, known: bool) -> None:
    count = sum(int(book["count"]) for each in documents for book in each["books"])
    span = f"{documents[0]['day']} to {documents[-1]['day']}"
    click.echo(f"{len(documents)} days, {span}: every chain and signature holds.")
    if by_rows:
        click.echo(f"The {count:,} rows of these days are those that were anchored.")
    if not known:
        click.echo("Who signed was not checked: give the registry's keys with --keys.")
