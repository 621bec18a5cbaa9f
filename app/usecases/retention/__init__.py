"""Retention: what is kept too long by the published schedule is taken away, and reported."""
