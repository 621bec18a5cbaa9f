"""The verbs of units that exist: transferred, and retired for good."""
