"""Run an import: a whole file, batch by batch, each in a transaction of its own.

It may be stopped and run again at any point: what was recorded before is counted as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from app.clock import Clock
from app.files.mapping import FileMapping
from app.files.outcome import Counts, Draft, Flaw
from app.files.reading import RowFile
from app.files.shaping import Shaper
from app.store.database import Database
from app.usecases.recording.import_batch import AgreedText, Imported, import_batch
from app.usecases.recording.record import Recorded
from behaviours.actions.refusals import DuplicateAction
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.points.earning import Policies

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Import:
    """What an import needs to know. ``shift`` moves every action in time, for test mode."""

    path: Path
    mapping: FileMapping
    provider_id: UUID
    agreement: AgreedText | None = None
    shift: timedelta = timedelta()
    batch: int = BATCH
    dry_run: bool = False


def run_import(
    database: Database,
    asked: Import,
    *,
    clock: Clock,
    rules: Callable[[], ProgrammeRulebook],
    policy: Policies,
    identity_key: bytes,
    refused: Callable[[Flaw], None],
    progress: Callable[[Counts, int, int], None],
) -> Counts:
    """Import the file; ``refused`` gets every flaw, ``progress`` the counts and bytes so far.

    ``rules`` gives the rulebook as it is now: it is asked for each batch, because a rule may be
    published while a long file is read.
    Raises BadMapping or UnreadableFile when the file as a whole cannot be read.
    """
    counts = Counts()
    file = RowFile(asked.path, asked.mapping.source)
    shaper = Shaper(asked.mapping, counts, asked.shift, same_columns=not file.is_ndjson)
    shaped = shaper.shape(file.rows())

    def refuse(flaw: Flaw) -> None:
        counts.refused[flaw.code] += 1
        refused(flaw)

    for drafts in _batches(_drafts(shaped, refuse), asked.batch):
        imported = database.transact(
            import_batch,
            drafts,
            provider_id=asked.provider_id,
            agreement=asked.agreement,
            identity_key=identity_key,
            rulebook=rules(),
            policy=policy,
            now=clock.now(),
            dry_run=asked.dry_run,
        )
        _count(counts, drafts, imported, refuse)
        progress(counts, file.bytes_read, file.bytes_total)
    progress(counts, file.bytes_total, file.bytes_total)
    return counts


def _drafts(shaped: Iterable[Draft | Flaw], refuse: Callable[[Flaw], None]) -> Iterator[Draft]:
    for one in shaped:
        if isinstance(one, Flaw):
            refuse(one)
        else:
            yield one


def _batches(drafts: Iterator[Draft], size: int) -> Iterator[list[Draft]]:
    while batch := list(islice(drafts, size)):
        yield batch


def _count(
    counts: Counts, drafts: list[Draft], imported: Imported, refuse: Callable[[Flaw], None]
) -> None:
    counts.enrolled += imported.enrolled
    for draft, answer in zip(drafts, imported.answers, strict=True):
        counts.actions += 1
        if isinstance(answer, Recorded):
            counts.recorded += 1
            counts.saved_mg += answer.reduction.saved_mg
            counts.points += answer.points
        elif isinstance(answer, DuplicateAction):
            counts.already_recorded += 1
        else:
            refuse(Flaw(draft.line, answer, draft.external_id))
