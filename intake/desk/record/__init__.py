"""One request, opened: the ledger is written first, then the answers are decrypted."""
