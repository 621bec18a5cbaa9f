"""What happens to points by itself: they expire, are taken back, and pay old debts."""
