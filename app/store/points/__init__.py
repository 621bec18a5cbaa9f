"""The points book in PostgreSQL: accounts, lots, transfers."""
