"""Doors for providers, who report what people do: actions, batches, files."""
