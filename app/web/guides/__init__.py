"""Guides: for each audience what to do first, in both languages, and what was really answered."""
