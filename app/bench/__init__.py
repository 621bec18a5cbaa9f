"""Bench: the promises about speed, measured side by side in one run."""
