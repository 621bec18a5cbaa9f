"""Engagement: sums of live actions for levels, teams, rankings and people's certificates."""
