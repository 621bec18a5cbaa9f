"""Doors about the platform itself: health, metrics, the contract and the test clock."""
