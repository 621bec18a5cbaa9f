"""How the world reaches the scheme: HTTP, PostgreSQL, Redis and the command line."""
