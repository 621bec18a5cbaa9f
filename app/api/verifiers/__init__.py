"""Doors of verifiers: the sample, the findings, the opinion."""
