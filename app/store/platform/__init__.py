"""SQL of the platform itself: kept answers, and whether the database can be used."""
