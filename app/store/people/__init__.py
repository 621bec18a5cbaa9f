"""SQL about people, what they agreed to and what they entrusted."""
