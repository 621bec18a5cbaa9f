"""The shared MetaData, with names for constraints so that migrations can speak of them.

Rules that every table here obeys, so that the same schema runs on one server and on a cluster:
rows of a person carry ``participant_id`` first in every key; uniqueness across people goes
through ``claim_key`` and ``till_request``, which are keyed by themselves; nothing references a
per-person table from outside it; no trigger on a per-person table meets an INSERT.

A table says its columns in the words below: one word for each type, its plural for several columns
in a row, and words for what belongs together. What has a type of its own stands as a ``Column``.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TextClause,
    Uuid,
    text as sql,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, DOMAIN, JSONB
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def checked(name: str, base: type[TypeEngine[Any]], holds: str) -> DOMAIN:
    """A type that takes only values of which ``holds`` is true, for what every request writes.

    A CHECK of a table is read from its text again by every statement that writes to the table; that
    of a domain is read once by a connection.
    """
    return DOMAIN(name, base(), check=f"value {holds}", constraint_name=name, metadata=metadata)


def base_of(column: Column[Any]) -> TypeEngine[Any]:
    """The type of a column's values; what a domain asks for is looked at where they are stored."""
    return column.type.data_type if isinstance(column.type, DOMAIN) else column.type


AMOUNT = checked("amount", BigInteger, ">= 0")
SMALL_AMOUNT = checked("small_amount", Integer, ">= 0")
MOVED_AMOUNT = checked("moved_amount", BigInteger, "> 0")


def table(name: str, *parts: SchemaItem, **options: Any) -> Table:
    """A table of the books."""
    return Table(name, metadata, *parts, **options)


def key(name: str) -> Column[Any]:
    """A UUID that is part of the primary key."""
    return Column(name, Uuid, primary_key=True)


def text_key(name: str) -> Column[Any]:
    """A text that is part of the primary key."""
    return Column(name, Text, primary_key=True)


def day_key(name: str) -> Column[Any]:
    """A civil day that is part of the primary key."""
    return Column(name, Date, primary_key=True)


def number_key(name: str) -> Column[Any]:
    """A number that is part of the primary key; whoever writes the row says it."""
    return Column(name, Integer, primary_key=True, autoincrement=False)


def digest_key(name: str) -> Column[Any]:
    """A hash that is part of the primary key."""
    return Column(name, BYTEA, primary_key=True)


def uuid(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Uuid, nullable=nullable)


def text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> Column[Any]:
    """A 64-bit integer: points, milligrams, fen, tonnes."""
    return Column(name, BigInteger, nullable=nullable)


def count(name: str, *, nullable: bool = False, at_first: str | None = None) -> Column[Any]:
    """A 32-bit integer: of things of one person or one list; ``at_first`` where none is said."""
    return Column(name, Integer, nullable=nullable, server_default=at_first)


def amounts(*names: str) -> Iterator[Column[Any]]:
    """64-bit integers that are never negative."""
    return (Column(name, AMOUNT, nullable=False) for name in names)


def small_amount(name: str) -> Column[Any]:
    """A 32-bit integer that is never negative."""
    return Column(name, SMALL_AMOUNT, nullable=False)


def small(name: str, *, nullable: bool = False) -> Column[Any]:
    """A 16-bit integer: years, per mille, codes."""
    return Column(name, SmallInteger, nullable=nullable)


def flag(name: str) -> Column[Any]:
    """True or false; false where it is not said."""
    return Column(name, Boolean, nullable=False, server_default="false")


def truth(name: str) -> Column[Any]:
    """True or false, which is always said."""
    return Column(name, Boolean, nullable=False)


def words(name: str, *, nullable: bool = False) -> Column[Any]:
    """Texts, in their order."""
    return Column(name, ARRAY(Text), nullable=nullable)


def ids(name: str) -> Column[Any]:
    """UUIDs, in their order."""
    return Column(name, ARRAY(Uuid), nullable=False)


def day(name: str, *, nullable: bool = False) -> Column[Any]:
    """A civil day of the programme."""
    return Column(name, Date, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def digest(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, BYTEA, nullable=nullable)


def cleared(column: Column[Any]) -> Column[Any]:
    """A column that earlier releases filled: it is emptied by what follows their migration, and
    nothing is written to it."""
    column.info["cleared"] = True
    return column


def document(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, JSONB, nullable=nullable)


def keys(*names: str) -> Iterator[Column[Any]]:
    return map(key, names)


def text_keys(*names: str) -> Iterator[Column[Any]]:
    return map(text_key, names)


def uuids(*names: str, nullable: bool = False) -> Iterator[Column[Any]]:
    return (uuid(name, nullable=nullable) for name in names)


def texts(*names: str, nullable: bool = False) -> Iterator[Column[Any]]:
    return (text(name, nullable=nullable) for name in names)


def wholes(*names: str, nullable: bool = False) -> Iterator[Column[Any]]:
    return (whole(name, nullable=nullable) for name in names)


def counts(*names: str, nullable: bool = False) -> Iterator[Column[Any]]:
    return (count(name, nullable=nullable) for name in names)


def days(*names: str, nullable: bool = False) -> Iterator[Column[Any]]:
    return (day(name, nullable=nullable) for name in names)


def moments(*names: str, nullable: bool = False) -> Iterator[Column[Any]]:
    return (moment(name, nullable=nullable) for name in names)


def since(begins_at: str, *, until: str) -> Iterator[Column[Any]]:
    """From when it is so, and until when; null: it still is."""
    yield moment(begins_at)
    yield moment(until, nullable=True)


def interval() -> Iterator[SchemaItem]:
    """From when, which is part of the primary key, until when; the end comes after the begin."""
    yield Column("starts_at", DateTime(timezone=True), primary_key=True)
    yield moment("ends_at")
    yield CheckConstraint("ends_at > starts_at", name="forward")


def done(verb: str, *, nullable: bool = False) -> Iterator[Column[Any]]:
    """Which user did it, ``…_by``, and when, ``…_at``."""
    yield uuid(f"{verb}_by", nullable=nullable)
    yield moment(f"{verb}_at", nullable=nullable)


def handed_in(*formats: str) -> Iterator[SchemaItem]:
    """What is known of a document that somebody handed in; its content lies elsewhere."""
    yield from texts("kind", "media_type")
    yield count("size_bytes")
    yield digest("sha256")
    yield from done("handed_in")
    yield one_of("media_type", *formats)


def sealed_files(name: str, *, of: str) -> Table:
    """The contents of what was handed in, each sealed under the installation's key of files."""
    content = Column("content", BYTEA, nullable=False)
    return table(name, key("document_id"), uuid(of), content, *indexes(of))


def newest_of(thing: str, verb: str) -> Iterator[SchemaItem]:
    """Who did it and when, as ``done``; of what stands for a thing the newest row counts."""
    yield from done(verb)
    yield from indexes((thing, f"{verb}_at"))


def documents(*names: str, nullable: bool = False) -> Iterator[Column[Any]]:
    return (document(name, nullable=nullable) for name in names)


def choice(name: str, *values: str, nullable: bool = False) -> Iterator[SchemaItem]:
    """A text that is one of these words."""
    yield text(name, nullable=nullable)
    yield one_of(name, *values)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Nothing but these words stands in the column."""
    return CheckConstraint(in_words(column, *values), name=column)


def in_words(column: str, *values: str) -> str:
    """The condition of ``one_of``, for an index or a type."""
    return f"{column} in ({', '.join(map(repr, values))})"


def not_negative(*columns: str) -> Iterator[CheckConstraint]:
    return (CheckConstraint(f"{column} >= 0", name=column) for column in columns)


def positive(*columns: str) -> Iterator[CheckConstraint]:
    return (CheckConstraint(f"{column} > 0", name=column) for column in columns)


def one_of_two(name: str, one: str, other: str) -> CheckConstraint:
    """Either the one column or the other holds something."""
    return CheckConstraint(f"num_nonnulls({one}, {other}) = 1", name=name)


def both_or_neither(name: str, one: str, other: str) -> CheckConstraint:
    """Where the one column holds something, so does the other."""
    return CheckConstraint(f"({one} is null) = ({other} is null)", name=name)


def of_32_bytes(column: str) -> CheckConstraint:
    """What stands there is a SHA-256, or a key of that length."""
    return CheckConstraint(f"length({column}) = 32", name=column)


def told_end(column: str, *, name: str | None = None) -> CheckConstraint:
    """What has ended says when, and nothing else does."""
    return CheckConstraint(f"(state = 'ended') = ({column} is not null)", name=name or column)


def trusted_until(ended_at: str) -> Iterator[CheckConstraint]:
    """What is trusted was admitted once; what has ended says when."""
    yield told_end(ended_at)
    yield CheckConstraint("state <> 'trusted' or admitted_at is not null", name="admitted_at")


def indexes(*columns: str | tuple[str, ...]) -> Iterator[Index]:
    """One over each column, or over several in their order; the table names them."""
    return (Index(None, *([each] if isinstance(each, str) else each)) for each in columns)


def pages(table: str, of: str, *, by: str) -> Index:
    """The rows of one value are read page by page, in the order of another column."""
    return Index(f"ix_{table}_{of}", of, by)


def index_where(name: str, *columns: str, where: str) -> Index:
    """Over the rows of which ``where`` is true, and no others."""
    return Index(name, *columns, postgresql_where=sql(where))


def once_where(
    name: str, *columns: str | TextClause, where: str, nulls_equal: bool | None = None
) -> Index:
    """Each stands once among the rows of which ``where`` is true; with ``nulls_equal`` a null is a
    value like any other."""
    return Index(
        name,
        *columns,
        unique=True,
        postgresql_where=sql(where),
        postgresql_nulls_not_distinct=nulls_equal,
    )


def closed_days(table: str, moment: str) -> Index:
    """Rows arrive in the order of their moments: those of a day are found for almost nothing."""
    return Index(f"ix_{table}_{moment}", moment, postgresql_using="brin")


def double_entry(amount: str) -> Iterator[SchemaItem]:
    """One line of a book: an amount that goes from the credited to the debited account."""
    yield from texts("debit_account", "credit_account")
    yield Column(amount, MOVED_AMOUNT, nullable=False)
    yield CheckConstraint("debit_account <> credit_account", name="two_sides")
