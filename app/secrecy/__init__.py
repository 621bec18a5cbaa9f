"""How secrets are kept without being kept: keyed digests of identities, hashes of passwords."""
