"""Pages of the published statistics for people: charts with their figures, and how the figures are protected.

Nothing comes in but published rows, so nothing can be seen here that the files do not show.
"""
