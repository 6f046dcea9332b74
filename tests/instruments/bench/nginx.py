"""nginx in front of the same files, with one worker as well."""

import getpass
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clinic_site.tryout import child_processes
from tests.plugin import live_site

CONFIGURATION = """
daemon off; worker_processes 1; pid {scratch}/nginx.pid; error_log {scratch}/nginx.log;
user {user};
events {{ worker_connections 64; }}
http {{
  include /etc/nginx/mime.types; access_log off; keepalive_requests 1000000;
  open_file_cache max=1000;
  server {{ listen 127.0.0.1:{port}; root {root}/files; index index.html; gzip_static on; }}
}}
"""


@contextmanager
def serving(pages: Path, scratch: Path) -> Iterator[str]:
    """Its address."""
    port, file = live_site.free_port(), scratch / "nginx.conf"
    user = getpass.getuser()
    text = CONFIGURATION.format(scratch=scratch, port=port, root=pages, user=user)
    file.write_text(text)
    server = subprocess.Popen(["nginx", "-c", file, "-p", scratch])
    try:
        time.sleep(1)
        yield f"http://localhost:{port}"
    finally:
        child_processes.stop(server, signal.SIGTERM)
