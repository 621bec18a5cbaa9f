"""Files of imports, kept in parts until they are read."""
