"""Long or late work: started in the caller's transaction, handed over, claimed, ended."""
