"""The verbs of the market: listed, ordered, paid, delivered or called off."""
