"""Run an import: a whole file, batch by batch, each in a transaction of its own.

It may be stopped and run again at any point: what was recorded before is counted as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from app.clock import Clock
from app.files.mapping import FileMapping
from app.files.outcome import Counts, Draft, Flaw
from app.files.reading import RowFile
from app.files.shaping import Shaper
from app.store.database import Database
from app.usecases.recording.import_batch import AgreedText, Imported, import_batch
from app.usecases.recording.record import Recorded
from app.wiring import Wiring
from behaviours.actions.refusals import ActionReversed, DuplicateAction
from behaviours.actions.waiting import HELD, PENDING_CONFIRMATION, USUAL_TERMS, WaitTerms
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.points.earning import Policies

BATCH = 1000
# Of a dry run, whose batches do not see each other: the largest that a transaction may have.
DRY_BATCH = 5000


@dataclass(frozen=True, slots=True)
class Import:
    """What an import needs to know.

    ``name`` is the sender's for the file. ``shift_days`` moves every action by civil days, for test
    mode. ``import_id`` names the tally that outlives this attempt; an import by hand has none.
    """

    opened: BinaryIO
    name: str
    mapping: FileMapping
    provider_id: UUID
    agreement: AgreedText | None = None
    shift_days: int = 0
    batch: int = BATCH
    dry_run: bool = False
    import_id: UUID | None = None


def run_import(
    database: Database,
    asked: Import,
    *,
    clock: Clock,
    rules: Callable[[], ProgrammeRulebook],
    policy: Policies,
    terms: WaitTerms = USUAL_TERMS,
    identity_key: bytes,
    refused: Callable[[Flaw], None],
    progress: Callable[[Counts, int, int], None],
) -> Counts:
    """Import the file; ``refused`` gets every flaw, ``progress`` the counts and bytes so far.

    ``rules`` gives the rulebook as it is now: it is asked for each batch, because a rule may be
    published while a long file is read.
    Where the file can be read no further the import ends, with what was recorded until there and
    with ``counts.fault``.
    """
    counts = Counts()
    file = RowFile(asked.opened, asked.name, asked.mapping.source, counts)
    shaper = Shaper(asked.mapping, counts, asked.shift_days, same_columns=not file.is_ndjson)
    shaped = shaper.shape(file.rows())

    def refuse(flaw: Flaw) -> None:
        counts.refused[flaw.code] += 1
        counts.refused_lines += flaw.lines
        refused(flaw)

    size = DRY_BATCH if asked.dry_run else asked.batch
    for drafts in _batches(_drafts(shaped, refuse), size):
        try:
            imported = database.transact(
                import_batch,
                drafts,
                provider_id=asked.provider_id,
                agreement=asked.agreement,
                identity_key=identity_key,
                rulebook=rules(),
                policy=policy,
                terms=terms,
                clock=clock,
                dry_run=asked.dry_run,
                import_id=asked.import_id,
            )
        except Refusal as refusal:
            # Of what all have in common, such as what the people agreed to.
            imported = Imported([refusal] * len(drafts), 0)
        _count(counts, drafts, imported, refuse)
        progress(counts, file.bytes_read, file.bytes_total)
    progress(counts, file.bytes_total, file.bytes_total)
    assert counts.adds_up, f"lines were read and not accounted for: {counts}"
    return counts


def import_with(
    wiring: Wiring,
    asked: Import,
    *,
    refused: Callable[[Flaw], None],
    progress: Callable[[Counts, int, int], None],
) -> Counts:
    """``run_import`` by the rules, terms and clock of this process."""
    return run_import(
        wiring.database,
        asked,
        clock=wiring.clock,
        rules=lambda: wiring.rulebook,
        policy=wiring.policies,
        terms=wiring.wait_terms,
        identity_key=wiring.settings.identity_key,
        refused=refused,
        progress=progress,
    )


def _drafts(shaped: Iterable[Draft | Flaw], refuse: Callable[[Flaw], None]) -> Iterator[Draft]:
    for one in shaped:
        if isinstance(one, Flaw):
            refuse(one)
        else:
            yield one


def _batches(drafts: Iterator[Draft], size: int) -> Iterator[list[Draft]]:
    while batch := list(islice(drafts, size)):
        yield batch


def _is_known(answer: Refusal) -> bool:
    """Whether the same was recorded before; also what a later line of the same file corrected."""
    corrected = isinstance(answer, ActionReversed) and answer.case == "superseded"
    return corrected or isinstance(answer, DuplicateAction)


def _count(
    counts: Counts, drafts: list[Draft], imported: Imported, refuse: Callable[[Flaw], None]
) -> None:
    counts.enrolled += imported.enrolled
    for draft, answer in zip(drafts, imported.answers, strict=True):
        counts.actions += 1
        if isinstance(answer, Recorded):
            counts.recorded += 1
            counts.recorded_lines += draft.lines
            counts.points += answer.points
            counts.pending_confirmation += answer.standing.state == PENDING_CONFIRMATION
            counts.held += answer.standing.state == HELD
            if not answer.standing.is_waiting:
                counts.saved_mg += answer.reduction.saved_mg
        elif _is_known(answer):
            counts.already_recorded += 1
            counts.already_lines += draft.lines
        else:
            refuse(Flaw(draft.line, answer, draft.external_id, draft.lines))
