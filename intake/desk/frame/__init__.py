"""What surrounds every page of the desk, and what is shown when a page fails."""
