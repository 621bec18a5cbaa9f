"""What organisations and users do: be let in, ask for tokens, renew and revoke them."""
