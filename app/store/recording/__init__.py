"""The books of actions: what stands against a new one, and how thousands are written at once."""
