"""What the bench asks of PostgreSQL itself: throw-away databases, and rows written by hand."""
