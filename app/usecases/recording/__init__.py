"""Recording: a deed becomes a reduction and points, once; or is taken back, with all its effects."""
