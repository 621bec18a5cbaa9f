"""SQL of complaints: how they stand, what was said to them, and how many there are."""
