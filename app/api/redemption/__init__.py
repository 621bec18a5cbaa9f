"""Routes of redemption: offers, codes, the till, bills and settlements."""
