"""Engagement: levels and badges, teams, rankings and certificates, for who asks for them."""
