"""tanpuhui import: a provider's file becomes actions, or installations, by a stated mapping."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from app.commands.import_record import import_record
from app.commands.ready import ready_settings
from app.commands.refused import language_of, refusals_shown
from app.files.example import write_example
from app.files.guide.pages import GUIDES, SCHEMA
from app.files.refusal_file import ENCODING, refusal_writer
from app.jobs.run_import import BATCH, Import, import_with
from app.messages.catalogues import sentence
from app.programme import programmes_of
from app.settings import Settings
from app.usecases.people.enrol_of_file import AgreedText
from app.usecases.recording.find_provider import find_provider
from app.wiring import wire
from behaviours.files.mapping import FileMapping
from behaviours.files.mapping_document import load_mapping, mapping_of_pairs
from behaviours.files.outcome import Counts, Flaw

REFUSED_EXIT = 2
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the command was called with; ``columns`` and ``texts`` are ``LEFT=RIGHT`` each."""

    file: Path | None
    provider: str | None
    mapping_path: Path | None
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    refusals: Path | None
    enrol: bool
    consent_text: str | None
    consent_since: str | None
    shift_days: int
    batch: int
    dry_run: bool
    as_json: bool
    example: Path | None
    guide: bool
    schema: bool
    export: Path | None
    from_keys: str | None
    identity: str | None


@click.command("import", context_settings={"show_default": True})
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option("--provider", metavar="ID", help="Client id or id (org_…) of the provider.")
@click.option(
    "--mapping",
    "mapping_path",
    type=A_FILE,
    help="YAML file that says how rows become actions.",
)
@click.option("--map", "columns", multiple=True, metavar="COLUMN=FIELD", help="Without a mapping.")
@click.option("--set", "texts", multiple=True, metavar="FIELD=TEXT", help="A constant or template.")
@click.option("--refusals", type=click.Path(dir_okay=False, path_type=Path), help="CSV to write.")
@click.option("--enrol", is_flag=True, help="Enrol people who are not known yet.")
@click.option("--consent-text", metavar="VERSION", help="With --enrol: what they agreed to.")
@click.option("--consent-since", metavar="TIME", help="With --enrol: when they agreed (ISO 8601).")
@click.option("--shift-days", "--test-shift-days", "shift_days", type=int, default=0,
              help="Move every action by days; in test mode only.")  # fmt: skip
@click.option("--batch", type=click.IntRange(1, 5000), default=BATCH, help="Actions a transaction.")
@click.option("--dry-run", is_flag=True, help="Answer as if, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@click.option("--example", type=click.Path(file_okay=False, path_type=Path),
              help="Write a small file with its mapping into this folder, and end.")  # fmt: skip
@click.option("--guide", is_flag=True, help="Print the guide of the mapping language, and end.")
@click.option("--schema", is_flag=True, help="Print its JSON Schema, for editors, and end.")
@click.option("--export", type=A_FILE,
              help="A person's record from another installation, as it signed it.")  # fmt: skip
@click.option("--from-keys", metavar="FILE|URL", help="With --export: the keys that it publishes.")
@click.option("--identity", metavar="TEXT", help="With --export: whose; asked for when left out.")
@click.pass_context
def import_(ctx: click.Context, /, **given: Any) -> None:
    """Import FILE: CSV (any order of columns; UTF-8 or GB18030), NDJSON or xlsx, also gzipped.

    \b
    FIELD is person, behaviour, region, external_id, occurred_at, ended_at,
    quantities.NAME or evidence.NAME. For more than that write a mapping:
        tanpuhui import --guide          the whole language, with examples
        tanpuhui import --example DIR    a file with its mapping to begin with

    A mapping with `installations` registers plants, meters and the like instead of actions.

    With --export a person's record is taken in that another installation signed for this one
    (POST /v1/me/moves there): as history, in no pool and for no points.

    What was imported before is counted as already recorded, so a stopped import is simply run
    again. Exits with 2 when rows were refused; --refusals says which and why.
    """
    options = ImportOptions(**given)
    if options.guide or options.schema:
        click.echo(SCHEMA if options.schema else GUIDES[language_of(os.environ)], nl=False)
    elif options.example:
        _write_example(options.example)
    elif options.export or options.from_keys or options.identity:
        _take_in(options)
    else:
        _import(ctx, options)


def _import(ctx: click.Context, options: ImportOptions) -> None:
    if not options.file or not options.provider:
        raise click.UsageError("Give a FILE and its --provider (or --example DIR to begin with).")
    with refusals_shown():
        agreement = _agreement(options)
        with ready_settings() as settings:
            mapping = _mapping(options, programmes_of(settings).zone)
            counts = _run(settings, mapping, agreement, options)
    _print(counts, as_json=options.as_json)
    if counts.fault:
        click.echo(f"Error: {sentence(counts.fault, language_of(os.environ))}", err=True)
    if counts.refused or counts.fault:
        ctx.exit(REFUSED_EXIT)


def _take_in(options: ImportOptions) -> None:
    if options.export is None:
        raise click.UsageError("--from-keys and --identity go with --export.")
    if options.file or options.provider:
        raise click.UsageError("--export is a file of its own: leave FILE and --provider out.")
    with refusals_shown():
        import_record(
            options.export,
            from_keys=options.from_keys,
            identity=options.identity,
            dry_run=options.dry_run,
            as_json=options.as_json,
        )


def _run(
    settings: Settings,
    mapping: FileMapping,
    agreement: AgreedText | None,
    options: ImportOptions,
) -> Counts:
    if options.shift_days and not settings.is_test_mode:
        raise click.UsageError(
            "--shift-days is for test mode: in live mode actions are recorded on their true days."
        )
    assert options.file is not None
    assert options.provider is not None
    wiring = wire(settings)
    try:
        provider_id = wiring.database.transact(find_provider, options.provider)
        with (
            options.file.open("rb") as opened,
            _refusal_file(options.refusals) as refused,
            _bar() as progress,
        ):
            asked = Import(
                opened=opened,
                name=options.file.name,
                mapping=mapping,
                provider_id=provider_id,
                agreement=agreement,
                shift_days=options.shift_days,
                batch=options.batch,
                dry_run=options.dry_run,
            )
            return import_with(wiring, asked, refused=refused, progress=progress)
    finally:
        wiring.close()


def _mapping(options: ImportOptions, zone: ZoneInfo) -> FileMapping:
    path, columns, texts = options.mapping_path, options.columns, options.texts
    if path and (columns or texts):
        raise click.UsageError("Give either --mapping or --map and --set, not both.")
    if path:
        return load_mapping(path, zone)
    pairs = {}
    for column, field in _split(columns):
        pairs[field] = f"{{{column}}}"
    pairs.update(_split(texts))
    if not pairs:
        raise click.UsageError("Say how rows become actions: --mapping FILE, or --map and --set.")
    return mapping_of_pairs(pairs, zone)


def _split(given: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for one in given:
        left, equals, right = one.partition("=")
        if not equals or not left or not right:
            raise click.UsageError(f"{one!r} is not of the form LEFT=RIGHT.")
        yield left, right


def _agreement(options: ImportOptions) -> AgreedText | None:
    text, since = options.consent_text, options.consent_since
    if not options.enrol:
        if text or since:
            raise click.UsageError("--consent-text and --consent-since go with --enrol.")
        return None
    if not text:
        raise click.UsageError("--enrol needs --consent-text: which text did the people agree to?")
    granted_at = None
    if since:
        try:
            granted_at = datetime.fromisoformat(since)
        except ValueError:
            granted_at = None
        if granted_at is None or granted_at.tzinfo is None:
            raise click.UsageError("--consent-since is a time such as 2026-01-01T00:00:00+08:00.")
    return AgreedText(text, granted_at)


@contextmanager
def _refusal_file(path: Path | None) -> Iterator[Callable[[Flaw], None]]:
    if path is None:
        yield lambda _flaw: None
        return
    with path.open("w", encoding=ENCODING, newline="") as opened:
        yield refusal_writer(opened, language_of(os.environ))


@contextmanager
def _bar() -> Iterator[Callable[[Counts, int, int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=None)

        def show(counts: Counts, done: int, total: int) -> None:
            refused = sum(counts.refused.values())
            bar.update(
                task,
                completed=done,
                total=total,
                description=f"{counts.recorded:,} recorded, {refused:,} refused",
            )

        yield show


def _print(counts: Counts, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(counts.as_dict()).decode() + "\n")
        return
    summary = counts.as_dict()
    what = "installations" if counts.installations else "actions"
    click.echo(
        f"{counts.lines:,} lines: {counts.recorded_lines:,} recorded, "
        f"{counts.already_lines:,} already recorded, {counts.refused_lines:,} refused, "
        f"{counts.blank:,} blank, {counts.heading:,} before the rows."
    )
    click.echo(
        f"{counts.rows:,} rows, {summary[what]:,} {what}: {counts.recorded:,} recorded, "
        f"{counts.already_recorded:,} already recorded, {counts.enrolled:,} people enrolled."
    )
    if counts.pending_confirmation or counts.held:
        click.echo(
            f"Of the recorded, {counts.pending_confirmation:,} wait for a confirmation and "
            f"{counts.held:,} are held for a look: neither is credited yet."
        )
    if counts.installations:
        click.echo("Each waits until somebody else confirms it (/v1/installations/{id}/confirm).")
    else:
        click.echo(f"{summary['reduction_kg']} kg CO2e saved, {counts.points:,} points.")
    for code, number in sorted(counts.refused.items(), key=lambda item: -item[1]):
        click.echo(f"  refused {number:>8,}  {code}")


def _write_example(folder: Path) -> None:
    file, mapping = write_example(folder, datetime.now().astimezone())
    click.echo(f"Written: {file} and {mapping}. Now import it:\n")
    click.echo(
        f"  tanpuhui import {file} --mapping {mapping} --provider CLIENT_ID \\\n"
        "      --enrol --consent-text 2026-01 --consent-since 2026-01-01T00:00:00+08:00 \\\n"
        f"      --refusals {folder / 'refusals.csv'}"
    )
