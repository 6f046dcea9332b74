"""The staff side, built on Django admin: sign in, find a request, open it, take the next step.

entrance   accounts, staff roles, sign-in and the second factor
frame      the admin site, and what surrounds each of its pages
find       queue, search and duplicates
record     one opened request
steps      changes to a request
reports    statistics, CSV exports and the audit log
staff      accounts of colleagues, managed by a clinic manager
"""
