"""Runs every test and closes with one line, `N passed, N failed, N skipped`.

Usage: test.py [--node PATH] [WORD ...]
Jest (units, wire) beside Python's unittest (conformance, notebooks), each against the built kernel: the first computes
where the second mostly waits. Jest's lines come when it is done. A WORD picks the test files whose path has it.
Everything that a kernel writes goes to a temporary directory.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON_SUITES = ["tests/conformance", "tests/notebooks", "tests/remote"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--node", default="node")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    os.chdir(ROOT)
    node = shutil.which(options.node)
    if node is None:
        sys.exit(f"there is no {options.node}")
    node = os.path.abspath(node)
    with tempfile.TemporaryDirectory(prefix="tskernel-test-", ignore_cleanup_errors=True) as scratch:
        isolate(Path(scratch), node)
        with ThreadPoolExecutor() as beside:
            jest = beside.submit(run_jest, node, options.words, Path(scratch) / "jest.txt")
            counts = [run_unittest(suite, options.words) for suite in PYTHON_SUITES]
        passed, failed, skipped = map(sum, zip(jest.result(), *counts))
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


def isolate(scratch, node):
    """Points every place that Jupyter or the kernel writes to into `scratch`, and installs the kernel there."""
    for name in ["JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TSKERNEL_DATA"]:
        directory = scratch / name.lower()
        directory.mkdir()
        os.environ[name] = str(directory)
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "0"
    os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")
    # Colours and widths must not depend on who runs the tests.
    for name in ["CI", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "NODE_OPTIONS"]:
        os.environ.pop(name, None)
    subprocess.run([node, "dist/tskernel.cjs", "install", "--user"], check=True, stdout=subprocess.DEVNULL)


def run_jest(node, words, output):
    """@param output: the file that keeps what it writes until it is done."""
    report = ROOT / "artifacts" / "jest.json"
    report.parent.mkdir(exist_ok=True)
    report.unlink(missing_ok=True)
    command = [node, "node_modules/jest/bin/jest.js", "--passWithNoTests", "--json", f"--outputFile={report}", *words]
    # With --json the summary goes to stderr and the report, which we have in the file, to stdout.
    with output.open("wb") as lines:
        status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=lines).returncode
    sys.stderr.write(output.read_text(errors="replace"))
    sys.stderr.flush()
    if not report.exists():
        return 0, 1, 0
    result = json.loads(report.read_text())
    for suite in result["testResults"]:
        for test in suite["assertionResults"]:
            if test["status"] in ("pending", "todo"):
                print(f"skipped: {test['fullName']}")
    failed = result["numFailedTests"] + result["numRuntimeErrorTestSuites"]
    return result["numPassedTests"], failed or int(status != 0), result["numPendingTests"] + result["numTodoTests"]


def run_unittest(suite, words, unlike=None):
    """@param unlike: reasons by the end of a test's name; such a test is skipped with it."""
    sys.path.insert(0, str(ROOT / suite))
    loader = unittest.TestLoader()
    tests = unittest.TestSuite()
    for file in sorted((ROOT / suite).glob("test_*.py")):
        if not words or any(word in str(file) for word in words):
            tests.addTests(loader.loadTestsFromName(file.stem))
    for test in tests_of(tests):
        for name, reason in (unlike or {}).items():
            if test.id().endswith(name):
                setattr(test, test._testMethodName, unittest.skip(reason)(getattr(test, test._testMethodName)))
    outcome = unittest.TextTestRunner(stream=sys.stderr, verbosity=0, resultclass=NamedResult).run(tests)
    return outcome.passed, len(outcome.failures) + len(outcome.errors) + len(outcome.unexpectedSuccesses), len(
        outcome.skipped
    )


def tests_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


class NamedResult(unittest.TextTestResult):
    """One line a test, with the seconds it took."""

    passed = 0

    def startTest(self, test):
        self.began = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test):
        self.passed += 1
        self.say("ok", test)
        super().addSuccess(test)

    def addFailure(self, test, err):
        self.say("FAILED", test)
        super().addFailure(test, err)

    def addError(self, test, err):
        self.say("FAILED", test)
        super().addError(test, err)

    def addSkip(self, test, reason):
        self.say(f"skipped ({reason})", test)
        super().addSkip(test, reason)

    def say(self, verdict, test):
        seconds = time.monotonic() - getattr(self, "began", time.monotonic())
        print(f"{verdict:7} {test.id()} ({seconds:.1f} s)", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
