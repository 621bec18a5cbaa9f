"""SQL of the platform itself: kept answers, and whether the books can be used."""
