"""What is asked of the platform itself: how far long work is, and whether it can work at all."""
