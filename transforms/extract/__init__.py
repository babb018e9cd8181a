"""Extract: one agreement applied. People through gates, columns in forms, files in the recipient's layout."""
