"""Routes of organisations: who takes part, and the tokens that prove it."""
