"""SQL of retention: what is due to go, what was taken away, and which table is of which kind."""
