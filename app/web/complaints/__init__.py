"""Pages for who complains without an account, and for who reads how many complain."""
