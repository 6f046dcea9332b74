"""Changes to one request, each in one transaction with its ledger line."""
