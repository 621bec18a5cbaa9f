"""Routes of the platform itself: health, metrics, long work and the test clock."""
