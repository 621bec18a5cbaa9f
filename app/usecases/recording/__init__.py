"""Recording: a deed becomes a reduction and points, once; or is taken back with its effects."""
