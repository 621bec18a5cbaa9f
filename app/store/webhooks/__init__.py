"""Webhooks in PostgreSQL: endpoints, which worker sends to which, and what became of it."""
