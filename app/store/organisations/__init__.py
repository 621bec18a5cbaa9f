"""SQL about organisations, credentials and tokens, and the count of requests in Redis."""
