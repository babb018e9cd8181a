"""The school census: tables and fields as data (`tables.csv`, `fields.csv`)."""
