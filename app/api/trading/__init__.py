"""Routes of trading: listings, orders, payment and delivery."""
