"""Duties of the worker (`manage.py work`): send, escalate, hand over, reschedule, purge."""
