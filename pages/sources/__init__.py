"""Sources: the published works behind the claims of the pages (`sources.toml`)."""
