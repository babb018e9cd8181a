"""Reports for people: pages, CSV and JSON as pure functions of tables; writing them is the business of `flows`.

The reports of a run name pupils and belong in the `reports` zone (or the folder a person asked for) and nowhere else.
"""
