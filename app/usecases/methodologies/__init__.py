"""How a rule comes into force and leaves it: draft, file, review, publish, shadow, explain."""
