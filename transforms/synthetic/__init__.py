"""Synthetic returns of an invented local authority: schools, children, their careers, and the files a council receives.

Path: schools → households → children → careers → spells → rolls of one collection → tables of the model → files.
Everything follows from the arguments and the seed; no real person, school or address is in it.
"""
