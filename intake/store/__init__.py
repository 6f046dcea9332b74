"""Writes to the tables: each is one transaction, with its ledger line and its notice inside."""
