"""SQL of trading: listings, trades and the money book."""
