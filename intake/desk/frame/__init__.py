"""The admin site, what surrounds each of its pages, and the pages for when one fails."""
