"""Builds a release from a clean clone of the newest commit, checks every file of it, and says what is in it.

Usage: release.py [WORD ...]: a WORD picks tests of tests/packaging by the names of their files; without one, all of them.
The files land in artifacts/release, with their checksums and a bill of materials. Nothing is uploaded: see RELEASING.md.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from test import NamedResult

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "artifacts" / "release"
PACKAGING = ROOT / ".tools" / "packaging" / "bin" / "python"


def main(words):
    if subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True).stdout:
        print("what is not committed is not in the release", file=sys.stderr)
    shutil.rmtree(RELEASE, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="tskernel-release-") as clone:
        build(Path(clone))
        version = json.loads((Path(clone) / "package.json").read_text())["version"]
        materials = RELEASE / f"tskernel-{version}.cdx.json"
        with open(materials, "w") as file:
            run("node", "scripts/sbom.mjs", cwd=clone, stdout=file)
        run("npm", "pack", "--dry-run", "--ignore-scripts", "--silent", cwd=clone)
    check(version, materials)
    passed, failed, skipped = test(words)
    write_checksums()
    for file in sorted(RELEASE.iterdir()):
        print(f"{file.stat().st_size / 2**20:7.2f} MB  {file.name}")
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


def run(*words, **options):
    subprocess.run([str(word) for word in words], check=True, **options)


def build(clone):
    run("git", "clone", "--quiet", ROOT, clone)
    # The words that pick tests are not platforms of wheels.
    run("make", "--silent", "wheel", "pack", "ARGS=", cwd=clone, env={**os.environ, "MAKEFLAGS": ""})
    shutil.copytree(clone / "artifacts" / "packages", RELEASE)


def check(version, materials):
    """What can be said of the files without installing them."""
    packages = [*RELEASE.glob("*.whl"), *RELEASE.glob("*.tar.gz")]
    run(PACKAGING, "-m", "twine", "check", "--strict", *packages)
    changes = (ROOT / "CHANGELOG.md").read_text()
    if not re.search(rf"^## {re.escape(version)}$", changes, re.MULTILINE):
        sys.exit(f"CHANGELOG.md has no heading for {version}")
    validate = (
        "import sys; from cyclonedx.schema import SchemaVersion; from cyclonedx.validation.json import JsonStrictValidator as V;"
        "sys.exit(repr(e) if (e := V(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())) else 0)"
    )
    run(PACKAGING, "-c", validate, materials)


def test(words):
    os.environ["TSKERNEL_PACKAGES"] = str(RELEASE)
    folder = ROOT / "tests" / "packaging"
    sys.path.insert(0, str(folder))
    loader = unittest.TestLoader()
    tests = unittest.TestSuite()
    for file in sorted(folder.glob("test_*.py")):
        if not words or any(word in file.stem for word in words):
            tests.addTests(loader.loadTestsFromName(file.stem))
    outcome = unittest.TextTestRunner(stream=sys.stderr, verbosity=0, resultclass=NamedResult).run(tests)
    return outcome.passed, len(outcome.failures) + len(outcome.errors), len(outcome.skipped)


def write_checksums():
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in sorted(RELEASE.iterdir())]
    (RELEASE / "SHA256SUMS").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
