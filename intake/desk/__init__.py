"""Follow up: what staff see and do, in Django admin.

admission       nobody works here before the process is known to be as it must be
signing_in      password, limits, how long a login lives
second_factor   proved in this login, asked again before what is delicate
account_pages   which pages of signing in there are, each with its guard
rights          coordinator, manager, auditor: what each may do, and guards for views
site            the admin site itself
navigation      the way from one part to another, as far as one's rights go
quiet_failures  what fails without anybody noticing, said on every page
outage          a page that fails: what was typed is kept in it
kept_post       who was signed out meanwhile sends it again; typed_fields is what both hand back
help_page       states, windows, scripts, roles, and what to do when something fails
queue           whom to call now; queue_sections has its words, queue_cards what a card says
urls            its own pages, each behind both factors
admin           the page of a request
accounts, colleagues, colleague_forms, colleague_pages
                who is on the staff: made, given a role, rescued, closed, by a manager
covering        why somebody opens what a colleague owns; asked before anything is shown
record          the opened request: ledger first, then decrypted
wishes, call_script, outcomes   what holds now about contact, the words to say, what is allowed
changing        one change at a time: who saw an older request changes nothing
followup        a note, a claim, a change of state: one transaction with its ledger line
guards, reasons, step_words     what a step needs, the reasons to choose from, what it is called
attempts, amendments    tries to reach the person; what was learned about contact
handing_over, owners, side_tracks, holds    a new owner, a later time, paying, a legal hold
forms, step_forms, attempt_forms    what is asked, each with its own words when it is wrong
record_page, actions, views     which template, which context; what can be posted from it
phone_entry, phone_page     a request taken by telephone: the form's questions, sealed alike
scan, comparing             open requests read one after the other, compared, forgotten
search, search_page         who is it? a list that names nobody
duplicates, duplicates_page, linking    the same person twice: suggested, then linked by a manager
dashboard, figures, charts  what waits, how fast we were, what came in; drawn as SVG
published_page  the same for an auditor: finished quarters, small counts hidden
export, export_fields, export_form, export_views    requests as a file: ledger first, streamed
spreadsheet     files in which no cell is a formula
ledger_view     the ledger: filtered, checked, taken along
"""
