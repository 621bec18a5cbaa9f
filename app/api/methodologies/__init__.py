"""Routes of methodologies: the catalogue, the calculator, and the life of a version."""
