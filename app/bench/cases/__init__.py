"""What is measured: one file a case, each with a CASE."""
