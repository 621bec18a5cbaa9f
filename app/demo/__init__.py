"""The demo programme: ninety days of a small city, told through the real verbs."""
