"""The shared MetaData, with names for constraints so that migrations can speak of them.

Rules that every table here obeys, so that the same schema runs on one server and on a cluster:
rows of a person carry ``participant_id`` first in every key; uniqueness across people goes
through ``claim_key`` and ``till_request``, which are keyed by themselves; nothing references a
per-person table from outside it; no trigger on a per-person table meets an INSERT.
"""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str) -> Column[Any]:
    """A UUID that is part of the primary key."""
    return Column(name, Uuid, primary_key=True)


def uuid(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Uuid, nullable=nullable)


def text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> Column[Any]:
    """A 64-bit integer: points, milligrams, fen, tonnes."""
    return Column(name, BigInteger, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def digest(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[Any]:
    return Column(name, BYTEA, primary_key=primary_key, nullable=nullable)


def document(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSONB, nullable=nullable)
