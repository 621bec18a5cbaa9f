"""The engines of the default set-up: a real PostgreSQL and a real Valkey from installed wheels."""
