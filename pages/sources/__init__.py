"""Facts that pages claim, and the published works behind them (`sources.toml`)."""
