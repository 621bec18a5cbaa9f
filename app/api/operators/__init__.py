"""Doors for operators and the authority: bundles, listings, the gate, tasks."""
