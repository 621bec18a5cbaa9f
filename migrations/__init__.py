"""The history of the books' shape: numbered steps, each taken once, in order."""
