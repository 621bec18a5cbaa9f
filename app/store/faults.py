"""What the database driver raises when the server itself cannot be asked."""

from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError as PoolTimeout

# Not our mistake and not the caller's: unreachable, shutting down, out of connections.
DATABASE_FAULTS = (OperationalError, InterfaceError, PoolTimeout)
