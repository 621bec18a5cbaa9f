"""The verbs of the market: from opening a bundle to retiring its tonnes."""
