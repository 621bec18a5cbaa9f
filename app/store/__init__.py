"""Where the books are kept: the only folder that knows SQLAlchemy and PostgreSQL."""
