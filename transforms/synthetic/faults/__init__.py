"""Faults planted in finished files, with the answer: every finding that a check of those files must make, and no other.

`schemas/synthetic/faults.csv` and `faults_ehe.csv` say which; a fault for each coded and each typed field of the model
comes from the model itself. Nothing here knows the rules: the conditions stand in the texts they were sourced from.
"""
