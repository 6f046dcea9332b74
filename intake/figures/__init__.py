"""Statistics: weekly counts, response times, and what may be published of them."""
