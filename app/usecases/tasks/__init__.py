"""What is done to a task: start it, hand it over, claim it, move it on, end it."""
