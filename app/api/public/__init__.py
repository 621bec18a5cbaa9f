"""Doors for everybody: what the programme offers and publishes."""
