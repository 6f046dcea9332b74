"""What `manage.py work` does: send, remind, escalate, reschedule, count, delete."""
