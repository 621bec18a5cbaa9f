"""Events: what became of things, read in order by those whose things they are."""
