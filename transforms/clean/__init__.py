"""Clean: text to types, strictly; what does not parse is null in its column and kept as text beside it."""
