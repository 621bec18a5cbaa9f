"""Routes of engagement: levels and badges, teams, rankings and certificates of people."""
