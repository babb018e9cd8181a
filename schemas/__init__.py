"""What is true: the census and register model, code sets, rules, agreements, thresholds.

Nothing here reads the clock, the environment or a user's file; packaged data is read in `schemas._data` alone.
"""
