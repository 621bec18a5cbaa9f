"""An import, as it is answered while it runs and afterwards."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from app.usecases.recording.read_import import ImportProgress
from behaviours.json_value import JsonObject
from behaviours.rules.units import kg

IMPORT_STATES = ("waiting", "running", "done", "failed")


class ProgressAnswer(Schema):
    """Bytes of the file that were read, of all its bytes."""

    done = plain.Integer()
    total = plain.Integer(allow_none=True)


class RecordedAnswer(Schema):
    """What was recorded for good, in the units of `counts`."""

    actions = plain.Integer(
        metadata={"description": "Or installations, of a file that tells those."}
    )
    lines = plain.Integer()
    enrolled = plain.Integer()
    reduction_kg = plain.String()
    points = plain.Integer()


class ImportAnswer(Schema):
    """An import: `counts` come with its end, and so does the file of what was refused.

    `recorded_so_far` is true at any time, also of an import that failed; its `counts` are those of
    what was done, and null where its worker was stopped by force.
    """

    id = plain.String()
    task_id = plain.String()
    state = plain.String(metadata={"enum": list(IMPORT_STATES)})
    created_at = plain.String()
    finished_at = plain.String(allow_none=True)
    progress = plain.Nested(ProgressAnswer)
    recorded_so_far = plain.Nested(RecordedAnswer)
    counts = plain.Dict(allow_none=True)
    problem = plain.String(allow_none=True)
    refusals_url = plain.String(allow_none=True)


def import_answer(found: ImportProgress) -> JsonObject:
    """Everything of ``ImportAnswer``."""
    import_id = found.import_id
    url = f"/v1/imports/imp_{import_id.hex}/refusals.csv"
    return {
        "id": public("imp", import_id),
        "task_id": public("tsk", import_id),
        "state": found.state,
        "created_at": moment(found.created_at),
        "finished_at": moment(found.finished_at) if found.finished_at else None,
        "progress": {"done": found.done, "total": found.total},
        "recorded_so_far": {
            "actions": found.recorded.recorded,
            "lines": found.recorded.recorded_lines,
            "enrolled": found.recorded.enrolled,
            "reduction_kg": kg(found.recorded.saved_mg),
            "points": found.recorded.points,
        },
        "counts": found.counts,
        "problem": found.problem,
        "refusals_url": url if found.has_refusals else None,
    }
