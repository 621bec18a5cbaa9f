"""Events over HTTP: what became of the things of those who ask."""
