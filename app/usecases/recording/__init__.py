"""Recording: an action becomes a reduction and points, once; or is taken back with its effects."""
