"""The verbs of a bundle: from its opening to the issue of its units."""
