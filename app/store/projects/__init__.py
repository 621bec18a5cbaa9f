"""Projects as rows: what was said and handed in, and what land and meters are held."""
