"""Follow up: what staff see and do, in Django admin.

signing_in      password, limits, how long a login lives
second_factor   proved in this login, asked again before what is delicate
account_pages   which pages of signing in there are, each with its guard
rights          coordinator, manager, auditor: what each may do, and guards for views
site            the admin site itself
urls            its own pages, each behind both factors
admin           which tables staff can list: requests, the ledger
accounts, colleagues, colleague_forms, colleague_pages
                who is on the staff: made, given a role, rescued, closed, by a manager
record          the opened request: ledger first, then decrypted
followup        a note, a claim, a change of state: one transaction with its ledger line
views           which template, which context
phone_entry, phone_page     a request taken by telephone: the form's questions, sealed alike
scan, comparing             open requests read one after the other, compared, forgotten
search, search_page         who is it? a list that names nobody
"""
