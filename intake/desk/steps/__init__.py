"""Changes to one request: each is a single transaction that includes its ledger line."""
