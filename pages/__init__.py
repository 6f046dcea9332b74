"""Visitor -> page.

registry            Page and PAGES, the only list of pages
bound_page          a page with the clinic's words filled in
urls, views         one path and one view for all of them
templatetags/site   what templates use: links, facts, figures; notices: prescribed texts, sources
sources             facts and where they come from; numbered per page
prescribed, checks  texts that a law prescribes: which are needed, which are missing
used_sources        every work behind a page, for /sources/
letters             initials in lit windows
figures             the 168 windows and their relatives, as SVG
stylesheet          the layered CSS files -> one inlined text and its hash
planner_form -> planner_answers -> planner -> planner_words, planned_windows    a person's own week;
                    planner_week: the ring of its minutes; planner_views: served, nothing kept
calendar_file, calendar_views    a group's times for a person's own calendar
navigation, sitemaps, structured_data, robots    readers of the registry
prerender -> fingerprint, edition -> page_files    every page once, into a folder that is served
words               reading rules for authors
"""
