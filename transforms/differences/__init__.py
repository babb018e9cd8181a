"""Differences between publications: who was counted in one and not in the other, and where that is one or two children.

people      who was counted in a publication, and as what; how many the authority counts in one of two alone
counts      what was shown, and what counts made anew must be held to
families    which topics are looked at together
units       who was where in every publication, children alike in that as one group
sums        what each publication tells of the groups: counts of places, shown or hidden
exposed     who is one of so few that a difference is of them alone
exchange    whether another child could have been the one
hiding      which places hide a family of topics, so that it could
comparison  what all this asks of a publication: counts to be hidden, counts that stay, or a refusal
"""
