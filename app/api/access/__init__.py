"""Doors where callers prove who they are and are given a token."""
