"""Parse: received files to text tables, every value in a table or in a note; nothing is typed here."""
