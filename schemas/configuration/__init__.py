"""A council's configuration: what its files may say (`model`, `notice`), and the files that `termly init` writes."""
