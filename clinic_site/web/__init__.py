"""What every request and response passes through. It knows no page and no contact request."""
