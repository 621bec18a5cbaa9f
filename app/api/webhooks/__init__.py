"""Webhooks over HTTP: endpoints, what was sent to them, and how a receiver knows it."""
