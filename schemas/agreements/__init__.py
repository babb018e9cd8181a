"""Sharing agreements: what each says (model), what it may name (columns), whether it may release (permission)."""
