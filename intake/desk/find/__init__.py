"""The queue, the search, and duplicates: lists that name nobody."""
