"""The oracle: the published rules worked out a second time, by a program of its own.

It reads the same documents and shares no line with ``behaviours.rules``: its own amending, its
own units, its own reader of formulas, and exact fractions where the programme has decimals. What
it does not know it refuses loudly, so that a new word of the language has to be told here, too.
"""
