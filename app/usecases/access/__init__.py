"""Who may come in: organisations, users, and the tokens they hold."""
