"""What a provider says of its files, and what a row of one comes to: mappings, values, outcomes."""
