"""The log of every step of anybody with power, over HTTP."""
