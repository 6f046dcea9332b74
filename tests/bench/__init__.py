"""What sealing costs: `make bench`, docs/performance.md. `posts` measures one run."""
