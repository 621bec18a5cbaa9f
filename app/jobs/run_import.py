"""Run an import: a whole file, batch by batch, each in a transaction of its own.

It may be stopped and run again at any point: what was recorded before is counted as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO, TypedDict, TypeVar
from uuid import UUID

from app.clock import Clock
from app.files.installing import InstallationShaper
from app.files.reading import RowFile
from app.files.shaping import Shaper
from app.store.database import Database
from app.usecases.people.enrol_of_file import AgreedText
from app.usecases.recording.import_batch import Imported, import_batch
from app.usecases.recording.import_installations import ImportedInstallations, import_installations
from app.usecases.recording.record import Recorded, RecordingRules
from app.wiring import Wiring
from behaviours.actions.installation import InstallationExists, RegisteredInstallation
from behaviours.actions.refusals import ActionReversed, DuplicateAction
from behaviours.actions.waiting import HELD, PENDING_CONFIRMATION
from behaviours.files.mapping import FileMapping
from behaviours.files.outcome import Counts, Draft, Flaw, InstallationDraft
from behaviours.refusal import Kind, Refusal
from behaviours.standing import STOPS

_AnyDraft = TypeVar("_AnyDraft", Draft, InstallationDraft)

BATCH = 1000
# Of a dry run, whose batches do not see each other: the largest that a transaction may have.
DRY_BATCH = 5000


class _Given(TypedDict):
    """What every batch is told, of actions and of installations."""

    provider_id: UUID
    agreement: AgreedText | None
    identity_key: bytes
    clock: Clock
    dry_run: bool
    import_id: UUID | None


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
    rules: Callable[[], RecordingRules],
    identity_key: bytes,
    refused: Callable[[Flaw], None],
    progress: Callable[[Counts, int, int], None],
    counts: Counts | None = None,
) -> Counts:
    """Import the file; ``refused`` gets every flaw, ``progress`` the counts and bytes so far.

    ``rules`` gives them with the rulebook as it is now: they are asked for each batch, because a
    rule may be published while a long file is read.
    Where the file can be read no further the import ends, with what was recorded until there and
    with ``counts.fault``. Raises OrganisationSuspended and OrganisationClosed, of the provider.
    Whoever gives ``counts`` knows them also of an attempt that breaks.
    """
    counts = Counts() if counts is None else counts
    file = RowFile(asked.opened, asked.name, asked.mapping.source, counts)
    going = _Going(counts, file, refused, progress, DRY_BATCH if asked.dry_run else asked.batch)
    given: _Given = {
        "provider_id": asked.provider_id,
        "agreement": asked.agreement,
        "identity_key": identity_key,
        "clock": clock,
        "dry_run": asked.dry_run,
        "import_id": asked.import_id,
    }

    def actions(drafts: Sequence[Draft]) -> Imported:
        return database.transact(import_batch, drafts, rules(), **given)

    def installations(drafts: Sequence[InstallationDraft]) -> ImportedInstallations:
        return database.transact(import_installations, drafts, rulebook=rules().rulebook, **given)

    if asked.mapping.installations:
        installed = InstallationShaper(asked.mapping, counts, same_columns=not file.is_ndjson)
        going.through(installed.shape(file.rows()), installations)
    else:
        shaper = Shaper(asked.mapping, counts, asked.shift_days, same_columns=not file.is_ndjson)
        going.through(shaper.shape(file.rows()), actions)
    progress(counts, file.bytes_total, file.bytes_total)
    assert counts.adds_up, f"lines were read and not accounted for: {counts}"
    return counts


@dataclass(frozen=True, slots=True)
class _Going:
    """An import on its way: what is counted, and who hears of it."""

    counts: Counts
    file: RowFile
    refused: Callable[[Flaw], None]
    progress: Callable[[Counts, int, int], None]
    size: int

    def through(
        self,
        shaped: Iterable[_AnyDraft | Flaw],
        work: Callable[[Sequence[_AnyDraft]], Imported | ImportedInstallations],
    ) -> None:
        """Batch by batch to the end of the file."""
        for drafts in _batches(_drafts(shaped, self.refuse), self.size):
            answers: Sequence[Recorded | RegisteredInstallation | Refusal]
            try:
                imported = work(drafts)
                answers = imported.answers
                self.counts.enrolled += imported.enrolled
            except STOPS:
                # What was recorded before the provider was stopped stands; the rest waits.
                raise
            except Refusal as refusal:
                if refusal.kind is Kind.UNAVAILABLE:
                    # Nothing is wrong with the rows: the task is tried again.
                    raise
                # Of what all have in common, such as what the people agreed to.
                answers = [refusal] * len(drafts)
            _count(self.counts, drafts, answers, self.refuse)
            self.progress(self.counts, self.file.bytes_read, self.file.bytes_total)

    def refuse(self, flaw: Flaw) -> None:
        self.counts.refused[flaw.code] += 1
        self.counts.refused_lines += flaw.lines
        self.refused(flaw)


def import_with(
    wiring: Wiring,
    asked: Import,
    *,
    refused: Callable[[Flaw], None],
    progress: Callable[[Counts, int, int], None],
    counts: Counts | None = None,
) -> Counts:
    """``run_import`` by the rules, terms and clock of this process."""
    terms = wiring.wait_terms
    return run_import(
        wiring.database,
        asked,
        clock=wiring.clock,
        rules=lambda: RecordingRules(wiring.rulebook, wiring.policies, terms),
        identity_key=wiring.settings.identity_key,
        refused=refused,
        progress=progress,
        counts=counts,
    )


def _drafts(
    shaped: Iterable[_AnyDraft | Flaw], refuse: Callable[[Flaw], None]
) -> Iterator[_AnyDraft]:
    for one in shaped:
        if isinstance(one, Flaw):
            refuse(one)
        else:
            yield one


def _batches(drafts: Iterator[_AnyDraft], size: int) -> Iterator[list[_AnyDraft]]:
    while batch := list(islice(drafts, size)):
        yield batch


def _count(
    counts: Counts,
    drafts: Sequence[Draft | InstallationDraft],
    answers: Sequence[Recorded | RegisteredInstallation | Refusal],
    refuse: Callable[[Flaw], None],
) -> None:
    for draft, answer in zip(drafts, answers, strict=True):
        counts.actions += isinstance(draft, Draft)
        counts.installations += isinstance(draft, InstallationDraft)
        if isinstance(answer, Refusal):
            if _is_known(answer):
                counts.already_recorded += 1
                counts.already_lines += draft.lines
            else:
                refuse(Flaw(draft.line, answer, draft.external_id, draft.lines))
            continue
        counts.recorded += 1
        counts.recorded_lines += draft.lines
        if isinstance(answer, Recorded):
            counts.points += answer.points + answer.points_of_others
            counts.pending_confirmation += answer.standing.state == PENDING_CONFIRMATION
            counts.held += answer.standing.state == HELD
            if not answer.standing.is_waiting:
                counts.saved_mg += answer.saved_mg


def _is_known(answer: Refusal) -> bool:
    """Whether the same was recorded before; also what a later line of the same file corrected."""
    if isinstance(answer, InstallationExists):
        return answer.case == "repeated"
    corrected = isinstance(answer, ActionReversed) and answer.case == "superseded"
    return corrected or isinstance(answer, DuplicateAction)
