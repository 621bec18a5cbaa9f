"""Routes of points: what a person has, when it expires, and every entry."""
