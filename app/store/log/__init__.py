"""The log of every step of anybody with power: who acts, what they tell, and its rows."""
