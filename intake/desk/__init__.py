"""Follow-up in Django admin: staff sign in, find a request, open it, and take the next step.

entrance   who may enter          find      queue, search, duplicates
frame      around every page      record    one opened request
steps      changes to a request   reports   statistics, export, audit log
staff      accounts of colleagues
"""
