"""The log: what was done by whom, read whole or in part by those who may."""
