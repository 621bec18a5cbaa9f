"""What an audience sees of a thing, once for JSON, page, file and picture."""
