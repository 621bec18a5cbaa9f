"""Routes of the registry: holdings, transfers, retirements, and what the public reads of them."""
