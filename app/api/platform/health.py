"""Whether the process lives, whether it can work, and what it has measured."""

from __future__ import annotations

import os

import structlog
from flask import Response
from marshmallow import Schema, fields as plain
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from redis import RedisError

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.refusals import NotReady
from behaviours.json_value import JsonObject
from behaviours.said import Said

blueprint = Blueprint("health", __name__, description="For those who run the platform.")

_log = structlog.get_logger("tanpuhui.health")


class Health(Schema):
    """That all is well."""

    status = plain.String(metadata={"example": "ok"})


@blueprint.route("/livez")
@allow_public
@blueprint.response(200, Health)
def livez() -> JsonObject:
    """The process answers; nothing else is asked."""
    return {"status": "ok"}


@blueprint.route("/readyz")
@allow_public
@blueprint.response(200, Health)
def readyz() -> JsonObject:
    """The database answers and has the shape of this release, and Redis answers; else 503."""
    database, redis = _database_problem(), _redis_problem()
    if database or redis:
        both = Said("not_ready:both", {"database": database, "redis": redis})
        raise NotReady(
            missing=[name for name, is_so in (("database", database), ("redis", redis)) if is_so],
            problem=both if database and redis else database or redis,
            retry_after_s=5,
        )
    return {"status": "ok"}


@blueprint.route("/metrics")
@allow_public
@blueprint.response(200, content_type="text/plain", description="Prometheus text format")
def metrics() -> Response:
    """What was measured, in Prometheus' text format.

    With several server processes PROMETHEUS_MULTIPROC_DIR must name a folder that is emptied
    before the start; the figures are then those of all processes together.
    """
    registry: CollectorRegistry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _database_problem() -> Said | None:
    """What is wrong with the database, if anything is."""
    steps = wiring().migration_steps()
    if steps is None:
        return Said("not_ready:database_silent")
    if steps.present != steps.wanted:
        found = {"step": steps.present or "-", "wanted": steps.wanted}
        return Said("not_ready:database_step", found)
    if steps.unfinished:
        return Said("not_ready:database_carrying", {"steps": ", ".join(steps.unfinished)})
    return None


def _redis_problem() -> Said | None:
    try:
        wiring().redis.ping()
    except RedisError as fault:
        _log.warning("redis not ready", reason=type(fault).__name__)
        return Said("not_ready:redis_silent")
    return None
