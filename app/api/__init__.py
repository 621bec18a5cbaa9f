"""The JSON doors: one folder for each audience, and the manners that all of them share."""
