"""From verified reductions to whole tonnes that are sold, retired and proven."""
