"""The demo programme: ninety days of a small city, lived through the real verbs."""
