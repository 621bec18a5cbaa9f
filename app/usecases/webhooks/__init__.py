"""Webhooks: endpoints are registered and looked after, and events are sent to them."""
