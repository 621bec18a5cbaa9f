"""What the database driver raises when the server itself cannot be asked."""

from psycopg import errors
from sqlalchemy.exc import (
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    TimeoutError as PoolTimeout,
)

# Not our mistake and not the caller's: unreachable, shutting down, out of connections, waited too
# long for a lock or a statement, read-only after a failover. The driver's own come from statements
# that go past SQLAlchemy in one pipeline.
DATABASE_FAULTS = (
    OperationalError,
    InterfaceError,
    InternalError,
    PoolTimeout,
    errors.OperationalError,
    errors.InterfaceError,
    errors.InternalError,
)
# A database that lacks a table or a column, or the right to read it: for who reads a stranger's.
OTHER_SHAPE = (ProgrammingError,)
