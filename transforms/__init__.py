"""What is computed: pure functions, tables in, new tables out.

The path of the data: parse → clean → validate → link → pseudonymise; clean → aggregate → disclosure_control; clean →
extract; reports beside. (`synthetic` makes invented returns for tests and demonstrations.)
"""
