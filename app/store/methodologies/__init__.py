"""Rules in the books: drafts, their filing, what was decided about them, and shadow runs."""
