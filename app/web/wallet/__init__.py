"""The wallet: a person's own pages, by the reads and verbs of the routes under /v1/me."""
