"""Exports: what a person takes along of their account, its published shape, and moving by it."""
