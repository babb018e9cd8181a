"""Sources: what each input other than the census holds, declared as data."""
