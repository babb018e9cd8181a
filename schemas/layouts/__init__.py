"""Layouts of the recipients' files, declared as data."""
