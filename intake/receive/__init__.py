"""Contact form: views -> arrival -> forms -> verdict -> store. Nothing here can open a seal."""
