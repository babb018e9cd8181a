"""Disclosure control: no count of a few children is published, and none follows from what is.

grid       a long table of counts as geographies x breakdowns, with the sums that hold
primary    what is hidden on its own account: small counts, and parts of small groups
cells      all cells of a release (model: the form of that); equations: what links them
protect    complementary suppression; moves: its linear programme
audit      the independent proof; attack: its linear programmes
counts     all of it for one table of counts under one policy
"""
