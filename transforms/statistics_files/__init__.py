"""Statistics files: protected counts in the forms they are published in.

`release` says which counts have to be protected together; `published` makes the typed rows of one dataset and
collection (Parquet); `ees` makes DfE's data and meta files of all terms of an authority from those rows.
"""
