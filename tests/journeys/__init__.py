"""In a real browser, against gunicorn with a real database.

house                  the servers that the journeys visit
scenes                 every state of site and desk that has no address of its own
probes                 questions to a page, in its own language; test_probes shows that they find
"""
