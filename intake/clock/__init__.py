"""When contact is safe and promised. No table and no ledger: facts in, times out."""
