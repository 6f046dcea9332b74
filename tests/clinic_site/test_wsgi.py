"""What gunicorn's first process has done before it forks a worker."""

import subprocess
import sys

ASK = "import sys, clinic_site.wsgi; print(*(name in sys.modules for name in sys.argv[1:]))"
VIEWS = ("intake.views", "pages.views", "intake.submission")


def test_workers_find_everything_imported():
    done = subprocess.run(
        [sys.executable, "-c", ASK, *VIEWS], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True"] * len(VIEWS), done.stderr
