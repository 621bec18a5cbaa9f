"""The outbox in PostgreSQL: tasks waiting, handed over, running and finished."""
