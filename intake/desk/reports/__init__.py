"""Statistics, CSV exports, and the audit log (the ledger) as staff read it."""
