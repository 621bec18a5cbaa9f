"""Events in PostgreSQL: gathered while a transaction runs, written with it, read in their order."""
