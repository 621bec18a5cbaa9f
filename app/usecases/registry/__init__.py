"""The verbs of units that exist: transferred, and retired for good; and the register as read."""
