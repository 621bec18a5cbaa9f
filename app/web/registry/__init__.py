"""Pages of the registry: what was verified, by whom, and how it came to that."""
