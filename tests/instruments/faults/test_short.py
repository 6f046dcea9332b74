"""Each run of the fault bench in its short form: small numbers that show that it works.

The figures that count come from `make faults`. The bench has a database of its own, so it is one
process of its own for all runs.
"""

import os
import re
import subprocess
import sys

import pytest

from tests import CHECKOUT
from tests.plugin.waiting import PATIENCE

RUNS = [f"R{number}" for number in range(1, 17)]
SECONDS = 5 * PATIENCE

pytestmark = pytest.mark.timeout(SECONDS + 30)


@pytest.fixture(scope="module")
def lines():
    """What it printed about each run, by name."""
    ours = ("DATABASE_URL", "COVERAGE_", "COV_")  # killed processes have no lines to report
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.instruments.faults", "--short"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    found = re.findall(r"^(R\d+) .*(?:\n       ! .*)*", done.stdout, re.MULTILINE)
    whole = re.findall(r"^R\d+ .*(?:\n       ! .*)*", done.stdout, re.MULTILINE)
    print(done.stdout, done.stderr[-2000:])
    return dict(zip(found, whole, strict=True))


@pytest.mark.parametrize("run", RUNS)
def test_promise_is_kept(lines, run):
    assert "PASS" in lines[run], lines[run]
