"""The guide of the mapping language, for people and for their editors."""
