"""Importing an uploaded file, batch by batch, each in a transaction of its own.

A task that is run again after it was killed reads the file from its beginning. What its first
attempt recorded it meets as already recorded; the tally kept with every batch tells the two apart.
"""

from __future__ import annotations

import json
from datetime import datetime
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import BinaryIO
from uuid import UUID

from app.files.refusal_file import ENCODING, refusal_writer
from app.jobs.run_import import Import, import_with
from app.jobs.task_run import TaskRun
from app.messages.catalogues import DEFAULT, sentence, text
from app.outbox import names
from app.outbox.attempt import LeaseLost
from app.outbox.lease import ATTEMPTS
from app.usecases.people.enrol_of_file import AgreedText
from app.usecases.recording.close_import import close_import
from app.usecases.recording.read_outcome import read_outcome
from app.usecases.recording.read_part import read_part
from app.wiring import Wiring
from behaviours.files.mapping_document import read_mapping
from behaviours.files.outcome import Counts
from behaviours.json_value import JsonObject
from behaviours.refusal import Kind, Refusal
from behaviours.standing import STOPS


def import_file(wiring: Wiring, run: TaskRun) -> JsonObject:
    """The counts of the import; ``problem`` when the file could not be read to its end.

    What breaks the last attempt closes the import as well, with the counts of what was done.
    Its files have no names: nothing of them is left, however this process ends.
    """
    assert run.subject_id is not None, "an import is of a file"
    with TemporaryFile() as file, TemporaryFile() as refusals:
        if not _fetch(wiring, run.subject_id, file):
            kept = wiring.database.transact(read_outcome, run.subject_id)
            return kept or {"problem": text("note:imported_before", _language(run))}
        so_far = Counts()
        try:
            counts = _import(wiring, run, file, refusals, so_far)
        except (LeaseLost, *STOPS):
            raise
        except Exception:
            if run.attempt >= ATTEMPTS:
                broke = text("note:import_broke", _language(run))
                _close(wiring, run, refusals, so_far.of_what_was_done(), broke)
            raise
        problem = sentence(counts.fault, _language(run)) if counts.fault else None
        return _close(wiring, run, refusals, counts, problem)


def _close(
    wiring: Wiring, run: TaskRun, refusals: BinaryIO, counts: Counts, problem: str | None
) -> JsonObject:
    assert run.subject_id is not None, "an import is of a file"
    return wiring.database.transact(
        close_import,
        run.subject_id,
        refusals,
        counts=counts,
        identity_key=wiring.settings.identity_key,
        problem=problem,
    )


def _fetch(wiring: Wiring, import_id: UUID, file: BinaryIO) -> bool:
    part_no, key = 0, wiring.settings.identity_key
    while part := wiring.database.transact(
        read_part, import_id, part_no, identity_key=key, kind="file"
    ):
        file.write(part)
        part_no += 1
    return part_no > 0


def _import(
    wiring: Wiring, run: TaskRun, file: BinaryIO, refusals: BinaryIO, so_far: Counts
) -> Counts:
    arguments = run.arguments
    agreement = None
    if version := arguments["consent_text"]:
        since = arguments["consent_since"]
        granted_at = datetime.fromisoformat(str(since)) if since else None
        agreement = AgreedText(str(version), granted_at, wiring.childhood)
    mapping = arguments["mapping"]
    opened = TextIOWrapper(refusals, encoding=ENCODING, newline="")
    refused = refusal_writer(opened, _language(run))
    try:
        # Tasks of earlier versions hold the mapping as a tree.
        document = mapping if isinstance(mapping, str) else json.dumps(mapping, ensure_ascii=False)
        asked = Import(
            opened=file,
            name=str(arguments["name"]),
            mapping=read_mapping(document, wiring.rulebook.zone),
            provider_id=UUID(str(arguments["provider_id"])),
            agreement=agreement,
            dry_run=bool(arguments["dry_run"]),
            import_id=None if arguments["dry_run"] else run.subject_id,
        )
        return import_with(
            wiring,
            asked,
            refused=refused,
            progress=lambda _, done, total: run.progress(done, total),
            counts=so_far,
        )
    except STOPS:
        # The file is kept: once the suspension is lifted it goes on where it was.
        raise
    except Refusal as problem:
        if problem.kind is Kind.UNAVAILABLE:
            # Nothing is wrong with the file: the task is tried again.
            raise
        # Of the mapping or the agreement: nothing was recorded in this attempt.
        return Counts(fault=problem)
    finally:
        opened.flush()
        opened.detach()


def _language(run: TaskRun) -> str:
    """That of who uploaded the file; tasks of earlier versions name none."""
    return str(run.arguments.get("language", DEFAULT))


IMPORTS = {names.IMPORT_FILE: import_file}
