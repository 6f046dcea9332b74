"""Statistics, the export and the audit log."""
