"""What is computed: pure functions, tables in, new tables out.

The path of the data: parse → clean → validate → link → pseudonymise → aggregate → disclosure_control → extract → reports.
(`synthetic` makes invented returns for tests and demonstrations.)
"""
