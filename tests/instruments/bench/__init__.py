"""`make bench`: speed, memory and growth, side by side in one run. docs/performance.md has figures.

Parts, each with a database and a process of its own:

sealed_posts    a sealed post against unsealed, against bare inserts; `posts` measures one run
page_speed      pages from files against bare, Django, nginx; `loader` is the load generator
site_process    memory, start and imports of the site
desk_speed      queue, dashboard and search at a million requests

By itself, with a browser: `first_view`, when a reader on a slow phone sees something.

`place` prepares the database, roles and keys, `table` alternates and judges. `load` fills a
database with ten years of requests, by the command line too (`closed_rows`, `open_requests`). The
`*_wsgi` modules are the sides that are compared with the site.
"""
