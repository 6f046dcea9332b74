"""Writes: each function is one transaction, with its ledger line and its notice inside."""
