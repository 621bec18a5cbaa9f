"""Pages by which staff comes in: links that were handed over, the login, and one's own sessions."""
