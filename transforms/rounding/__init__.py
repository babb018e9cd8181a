"""Counts that are published rounded or changed instead of hidden (profiles of schemas/disclosure.toml).

    release       protects the tables of a release: what is published of every count, and how that was proved
    conventional  each count rounded on its own, as DfE does
    additive      small counts become 0 or the base, and every total stays the sum of its parts
    cells         the tables of a release as cells and equations, what outsiders can reckon beside included
    audit         what somebody can still work out who knows the profile and everything published
    carried       percentages and amounts beside rounded or changed counts

What no profile here claims: that earlier and later publications tell nothing together. Counts that are rounded on their
own are compared with no other publication (transforms/differences is for exact counts).
"""
