"""Importing an uploaded file, batch by batch, each in a transaction of its own.

A task that is run again after it was killed reads the file from its beginning; what its first
attempt recorded is then counted as already recorded.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.files.mapping import read_mapping
from app.files.outcome import Counts
from app.files.refusal_file import ENCODING, refusal_writer
from app.jobs.run_import import Import, run_import
from app.jobs.task_run import TaskRun
from app.messages.catalogues import DEFAULT, sentence, text
from app.outbox import names
from app.usecases.recording.close_import import close_import
from app.usecases.recording.import_batch import AgreedText
from app.usecases.recording.read_part import read_part
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal


def import_file(wiring: Wiring, run: TaskRun) -> JsonObject:
    """The counts of the import; ``problem`` when the file as a whole could not be read."""
    assert run.subject_id is not None, "an import is of a file"
    with tempfile.TemporaryDirectory(prefix="tanpuhui-import-") as folder:
        # Only the end of the name says anything: the rest is the sender's.
        file = Path(folder) / f"file{''.join(Path(str(run.arguments['name'])).suffixes[-2:])[:16]}"
        refusals = Path(folder) / "refusals.csv"
        if not _fetch(wiring, run.subject_id, file):
            return {"problem": text("note:imported_before", _language(run))}
        counts, problem = _import(wiring, run, file, refusals)
        with refusals.open("rb") as kept:
            wiring.database.transact(close_import, run.subject_id, kept)
    return {**counts.as_dict(), "problem": problem}


def _fetch(wiring: Wiring, import_id: UUID, file: Path) -> bool:
    with file.open("wb") as opened:
        part_no = 0
        while part := wiring.database.transact(read_part, import_id, part_no, kind="file"):
            opened.write(part)
            part_no += 1
    return part_no > 0


def _import(wiring: Wiring, run: TaskRun, file: Path, refusals: Path) -> tuple[Counts, str | None]:
    arguments = run.arguments
    agreement = None
    if version := arguments["consent_text"]:
        since = arguments["consent_since"]
        granted_at = datetime.fromisoformat(str(since)) if since else None
        agreement = AgreedText(str(version), granted_at)
    asked = Import(
        path=file,
        mapping=read_mapping(arguments["mapping"], wiring.rulebook.zone),
        provider_id=UUID(str(arguments["provider_id"])),
        agreement=agreement,
        dry_run=bool(arguments["dry_run"]),
    )
    last = Counts()

    def progress(counts: Counts, done: int, total: int) -> None:
        nonlocal last
        last = counts
        run.progress(done, total)

    with refusals.open("w", encoding=ENCODING, newline="") as opened:
        try:
            counts = run_import(
                wiring.database,
                asked,
                clock=wiring.clock,
                rules=lambda: wiring.rulebook,
                policy=wiring.policies,
                identity_key=wiring.settings.identity_key,
                refused=refusal_writer(opened, _language(run)),
                progress=progress,
            )
        except Refusal as refused:
            # What was recorded before the file turned out unreadable stays recorded, and counted.
            return last, sentence(refused, _language(run))
    return counts, None


def _language(run: TaskRun) -> str:
    """That of who uploaded the file; tasks of earlier versions name none."""
    return str(run.arguments.get("language", DEFAULT))


IMPORTS = {names.IMPORT_FILE: import_file}
