"""Disclosure control: no count of a few children is published, and none follows from what is.

grid       a long table of counts as geographies x breakdowns, with the sums that hold
primary    what is hidden on its own account: small counts, and parts of small groups
cells      all cells of a release (model: the form of that); equations: what links them
protect    complementary suppression: blocks of a table, cover: the cheapest pattern of one, joint: all of them fitted
           together; proofs: what a pattern must fulfil; programmes, moves: its linear programmes
audit      the independent proof; knots: its equations made small; attack: its programmes
counts     all of it for one table of counts under one policy
release    all of it for the tables of a release together; linked, across, within, twins: what they share;
           published: what is out already; rates: published rates as equations
crossed    crossed tables by themselves, for benchmarks
"""
