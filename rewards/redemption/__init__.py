"""What points buy: offers and stock, one-minute codes, captures, reversals, bills."""
