"""Long work and how far it is, for who started it and for operators."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Moment, PublicId, moment
from app.ids import parse, public
from app.usecases.platform.read_task import TASK_STATES, read_task

blueprint = Blueprint("tasks", __name__, description="Long work, done by the workers.")


class Progress(Schema):
    """``total`` is null while it is not known."""

    done = plain.Integer()
    total = plain.Integer(allow_none=True)


class Task(Schema):
    """One piece of long work."""

    id = PublicId("tsk")
    name = plain.String(metadata={"example": "seal_bundle"})
    state = plain.String(metadata={"enum": list(TASK_STATES)})
    progress = plain.Nested(Progress)
    attempts = plain.Integer()
    result = plain.Dict(allow_none=True)
    problem = plain.String(allow_none=True)
    created_at = Moment()
    finished_at = Moment(allow_none=True)


@blueprint.route("/v1/tasks/<task_id>")
@allow("operator", "authority", "provider", "merchant", "enterprise", "verifier", "participant")
@blueprint.response(200, Task)
def read(task_id: str) -> Response:
    """Read the state and progress of a task, its result, or why it could not be done."""
    task = wiring().database.transact(read_task, parse("tsk", task_id), viewer=caller().viewer)
    return json_answer(
        {
            "id": public("tsk", task.task_id),
            "name": task.name,
            "state": task.state,
            "progress": {"done": task.done, "total": task.total},
            "attempts": task.attempts,
            "result": task.result,
            "problem": task.problem,
            "created_at": moment(task.created_at),
            "finished_at": moment(task.finished_at) if task.finished_at else None,
        }
    )
