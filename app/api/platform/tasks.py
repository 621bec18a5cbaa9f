"""Long work and how far it is, for who started it and for operators."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Moment, PublicId
from app.ids import parse
from app.outbox.read_task import read_task

blueprint = Blueprint("tasks", __name__, description="Long work, done by the workers.")

# They answer for the whole programme, so they may look at all of its work.
SEE_ALL = frozenset({"operator", "authority"})


class Progress(Schema):
    """``total`` is null while it is not known."""

    done = plain.Integer()
    total = plain.Integer(allow_none=True)


class Task(Schema):
    """One piece of long work."""

    id = PublicId("tsk")
    name = plain.String(metadata={"example": "seal_bundle"})
    state = plain.String(metadata={"enum": ["waiting", "running", "done", "failed"]})
    progress = plain.Nested(Progress)
    attempts = plain.Integer()
    result = plain.Dict(allow_none=True)
    problem = plain.String(allow_none=True)
    created_at = Moment()
    finished_at = Moment(allow_none=True)


@blueprint.route("/v1/tasks/<task_id>")
@allow("operator", "authority", "provider", "merchant", "enterprise", "verifier", "participant")
@blueprint.response(200, Task)
def read(task_id: str) -> dict[str, Any]:
    """Read the state and progress of a task, its result, or why it could not be done."""
    who = caller()
    readers = None if who.role in SEE_ALL else {who.user_id, who.tenant_id} - {None}
    identifier = parse("tsk", task_id)
    row = wiring().database.transact(read_task, identifier, reader_ids=readers)
    return {
        "id": row["task_id"],
        "progress": {"done": row["done"], "total": row["total"]},
        **{
            name: row[name]
            for name in (
                "name",
                "state",
                "attempts",
                "result",
                "problem",
                "created_at",
                "finished_at",
            )
        },
    }
