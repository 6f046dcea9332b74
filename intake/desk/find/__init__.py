"""Finding a request: queue, search and duplicates. Their lists show pseudonyms only."""
