"""Follow up: what staff see and do, in Django admin.

site        the admin site itself
admin       which tables staff can list: requests, the ledger, accounts
record      the opened request: ledger first, then decrypted
followup    a note, a claim, a change of state: one transaction with its ledger line
views       which template, which context
"""
