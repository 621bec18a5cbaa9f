"""Close an import: what was refused is kept for download, the file itself is not needed again."""

from __future__ import annotations

from dataclasses import replace
from typing import IO
from uuid import UUID

from app.secrecy.files import file_key
from app.store.database import Connection
from app.store.recording.import_parts import FILE, REFUSALS, drop_file, put_file
from app.store.recording.import_tally import ImportTally, keep_outcome, tally_of
from behaviours.files.outcome import Counts
from behaviours.json_value import JsonObject


def close_import(
    connection: Connection,
    import_id: UUID,
    refusals: IO[bytes],
    *,
    counts: Counts,
    identity_key: bytes,
    problem: str | None,
) -> JsonObject:
    """Replace what an earlier attempt may have left; the counts of all attempts, as answered.

    The file holds people's references: it is dropped. A task that is run again after this finds
    no file, and the answer that is kept here.
    """
    outcome = {
        **_of_all_attempts(counts, tally_of(connection, import_id)).as_dict(),
        "problem": problem,
    }
    # From its beginning, also when this transaction is run again.
    refusals.seek(0)
    drop_file(connection, import_id, REFUSALS)
    put_file(connection, import_id, REFUSALS, refusals, key=file_key(identity_key))
    drop_file(connection, import_id, FILE)
    keep_outcome(connection, import_id, outcome)
    return outcome


def _of_all_attempts(counts: Counts, done: ImportTally) -> Counts:
    """What an attempt that was killed had recorded, the last one met as already recorded.

    A rule that was withdrawn in between refuses such an action now; it is counted once all the
    same, as refused.
    """
    earlier = min(done.recorded - counts.recorded, counts.already_recorded)
    earlier_lines = min(done.recorded_lines - counts.recorded_lines, counts.already_lines)
    if earlier <= 0:
        return counts
    return replace(
        counts,
        recorded=counts.recorded + earlier,
        recorded_lines=counts.recorded_lines + earlier_lines,
        already_recorded=counts.already_recorded - earlier,
        already_lines=counts.already_lines - earlier_lines,
        enrolled=done.enrolled,
        saved_mg=done.saved_mg,
        points=done.points,
        pending_confirmation=done.pending_confirmation,
        held=done.held,
    )
