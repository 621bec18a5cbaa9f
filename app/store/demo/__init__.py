"""What the demo keeps of itself in the database."""
