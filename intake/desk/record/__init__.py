"""One opened request. The ledger line is committed first; only then is anything decrypted."""
