"""The real parts that tests run against.

database          PostgreSQL for this run; started before Django reads its settings
static_files      hashed names for {% static %}
intake            sealing keys, and a ledger that may be emptied between tests
mail              an SMTP server on loopback
staff             signed in with both factors; codes of an authenticator app
desk              somebody at the desk: opens records, takes steps, reads pages
live_site         gunicorn with the test database
processes         site, desk and worker, each with its own database role and keys
chromium          finds or installs the browser
fonts             the fonts that it sees, the same on every machine
browser           how it starts, and pages with and without JavaScript
accessibility     axe in a page
html_validation   the Nu validator on rendered pages
"""
