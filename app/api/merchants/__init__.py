"""Doors for merchants: their offers, the till, their bills and settlements."""
