"""The three steps: `draw`, `map` and `run`. See the package's docstring."""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from coverage import CoverageData

from tests import CHECKOUT
from tests.instruments.mutants import code
from tests.instruments.mutants.code import Found, Mutant

SAMPLE = Path(__file__).with_name("sample.json")
VAR = CHECKOUT / "var" / "mutants"
IN_INTAKE, IN_PLANNER = 200, 40
PLANNER = ("pages.planner.plan", "pages.planner.drawing")
MEASURED = ("tests/intake", "tests/pages", "tests/clinic_site")
SECONDS_TO_TEST = 900


def draw(seed: int) -> None:
    """Write the sample: from all mutants of `intake` and of the planner, as the seed says."""
    every = [each for function in code.functions(code.product()) for each in code.mutants(function)]
    in_intake = [each for each in every if each.module.startswith("intake.")]
    in_planner = [each for each in every if each.module.startswith(PLANNER)]
    chosen = random.Random(seed)
    drawn = chosen.sample(in_intake, IN_INTAKE) + chosen.sample(in_planner, IN_PLANNER)
    numbered = [asdict(each) | {"number": number} for number, each in enumerate(drawn, 1)]
    SAMPLE.write_text(json.dumps({"seed": seed, "mutants": numbered}, indent=1) + "\n")
    print(f"{len(drawn)} of {len(in_intake)} and {len(in_planner)} mutants, seed {seed}")


def map_tests() -> None:
    """Run the tests of the apps once, each line with the tests that reach it in this process."""
    VAR.mkdir(parents=True, exist_ok=True)
    config = VAR / "coverage.ini"
    config.write_text(f"[run]\nsource = intake,pages,clinic_site\ndata_file = {VAR / 'data'}\n")
    command = [sys.executable, "-m", "pytest", *MEASURED, "--numprocesses=2", "--quiet"]
    coverage = [f"--cov-config={config}", "--cov", "--cov-context=test", "--cov-report="]
    sys.exit(subprocess.run([*command, *coverage], cwd=CHECKOUT, check=False).returncode)


def run(numbers: list[int], processes: int) -> None:
    """Try the mutants, and print what became of each and the sum."""
    sample = [Mutant(**each) for each in json.loads(SAMPLE.read_text())["mutants"]]
    wanted = [each for each in sample if not numbers or each.number in numbers]
    reached = _tests_by_line()
    today = list(code.functions(code.product()))
    folders: SimpleQueue[Path] = SimpleQueue()
    for number in range(processes):
        folders.put(_copy(VAR / f"copy-{number}"))

    def try_one(mutant: Mutant) -> str:
        found = code.find(mutant, today)
        if not found:
            return _say(mutant, "gone", None)
        tests = _tests_of(found, reached)
        folder = folders.get()
        try:
            result = _result(folder, found, tests) if tests else "not reached"
        finally:
            folders.put(folder)
        return _say(mutant, result, found)

    with ThreadPoolExecutor(processes) as pool:
        results = Counter(pool.map(try_one, wanted))
    print(json.dumps(results))


def _say(mutant: Mutant, result: str, found: Found | None) -> str:
    place = f"{found.path.relative_to(CHECKOUT)}:{found.line}" if found else mutant.module
    change = f"{mutant.was!r} -> {mutant.becomes!r}"
    print(f"{mutant.number:3} {result:11} {place} {mutant.function}: {change}", flush=True)
    return result


def _tests_by_line() -> dict[str, dict[int, list[str]]]:
    data = CoverageData(str(VAR / "data"))
    data.read()
    return {name: data.contexts_by_lineno(name) for name in data.measured_files()}


def _tests_of(found: Found, reached: dict[str, dict[int, list[str]]]) -> list[str]:
    """Ids of the tests that run one of the lines, those of the file of the same name first."""
    lines = reached.get(str(found.path), {})
    contexts = {
        each.rpartition("|")[0]
        for line in range(found.line, found.last_line + 1)
        for each in lines.get(line, [])
        if each
    }
    mirrored = f"test_{found.path.stem}.py"
    return sorted(contexts, key=lambda each: (mirrored not in each, each))


def _result(folder: Path, found: Found, tests: list[str]) -> str:
    path = folder / found.path.relative_to(CHECKOUT)
    good = path.read_text(encoding="utf-8")
    try:
        _write(path, found.text)
        names = folder / "var" / "tests.txt"
        names.parent.mkdir(exist_ok=True)
        names.write_text("\n".join(tests))
        command = ["-m", "pytest", f"@{names}", "-x", "-q", "-p", "no:randomly", "--no-header"]
        environment = {k: v for k, v in os.environ.items() if "DATABASE_URL" not in k}
        done: Any = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            capture_output=True,
            timeout=SECONDS_TO_TEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "killed"
    finally:
        _write(path, good)
    return "survived" if done.returncode == 0 else "killed"


def _write(path: Path, text: str) -> None:
    """The file, and no compiled copy that could be taken for it."""
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _copy(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (CHECKOUT / name).exists():
            shutil.copy(CHECKOUT / name, folder / name)
    for name in ("node_modules", ".venv"):
        (folder / name).symlink_to(CHECKOUT / name)
    return folder


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=("draw", "map", "run"))
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("numbers", type=int, nargs="*")
    given = parser.parse_args()
    if given.step == "draw":
        draw(given.seed)
    elif given.step == "map":
        map_tests()
    else:
        run(given.numbers, given.processes)


if __name__ == "__main__":
    main()
