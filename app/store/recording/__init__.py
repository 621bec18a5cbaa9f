"""Actions as rows: what is recorded against a new one, and how thousands are written at once."""
