"""`npx tskernel install` and `npm install -g tskernel`, from the tarball, where there is Node but no compiler."""

import json
import os
import shutil
import subprocess
import tarfile
import unittest
from pathlib import Path

from newcomer import PACKAGES, Kernel, environment, scratch

# Megabytes that the tarball may have.
LIMIT = 9


class Npm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        (cls.tarball,) = PACKAGES.glob("*.tgz")
        cls.path = scratch() / "node"
        cls.path.mkdir()
        for program in ("node", "npm", "npx"):
            (cls.path / program).symlink_to(os.path.realpath(shutil.which(program)))

    def run_program(self, *words, **more):
        """With the person's own settings, which say where packages come from, and programs of the newcomer's."""
        path = f"{self.path}{os.pathsep}{scratch() / 'bin'}"
        npm = {"npm_config_cache": str(scratch() / "npm"), "npm_config_update_notifier": "false"}
        ran = subprocess.run(
            [str(word) for word in words],
            cwd=scratch() / "home",
            env={**os.environ, **npm, "PATH": path, **more},
            capture_output=True,
            text=True,
            timeout=300,
        )
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        return ran.stdout

    def check_kernel(self, prefix):
        kernelspec = prefix / "share" / "jupyter" / "kernels" / "tskernel"
        with Kernel(kernelspec) as kernel:
            kernel.run("enum Colour { red = 'red' }")
            self.assertEqual(kernel.run("Colour.red"), "'red'")
            program = Path(os.readlink(f"/proc/{kernel.id}/exe"))
            self.assertEqual(program, (self.path / "node").resolve())

    def test_the_tarball_is_the_build_and_runs_nothing_when_it_is_installed(self):
        self.assertLess(self.tarball.stat().st_size, LIMIT * 2**20)
        with tarfile.open(self.tarball) as archive:
            names = archive.getnames()
            manifest = json.load(archive.extractfile("package/package.json"))
        # TypeScript's libraries come along instead of all of its package.
        sources = [name for name in names if not name.startswith("package/dist/typescript/lib/lib.")]
        self.assertEqual([name for name in sources if name.endswith((".map", ".v8cache", ".ts"))], [])
        self.assertIn("package/dist/THIRD-PARTY.txt", names)
        self.assertIn("package/LICENSE", names)
        self.assertEqual([script for script in manifest["scripts"] if script in ("preinstall", "install", "postinstall")], [])

    def test_npx_makes_the_kernel_known(self):
        prefix = scratch() / "npx"
        shutil.copy(self.tarball, scratch() / "home")
        said = self.run_program("npx", "--yes", f"./{self.tarball.name}", "install", "--prefix", prefix)
        self.assertIn('Installed "TypeScript" as tskernel', said)
        self.assertIn("npm install -g tskernel", said)
        self.check_kernel(prefix)

    def test_a_global_installation_makes_it_known_and_is_well(self):
        prefix = scratch() / "global"
        self.run_program("npm", "install", "--global", "--prefix", prefix, self.tarball)
        tskernel = prefix / "bin" / "tskernel"
        self.run_program(tskernel, "install", "--prefix", prefix)
        self.check_kernel(prefix)
        home = environment(JUPYTER_PATH=str(prefix / "share" / "jupyter"))
        said = self.run_program(tskernel, "doctor", **{**home, "PATH": f"{self.path}{os.pathsep}{home['PATH']}"})
        self.assertIn("a kernel starts and computes", said)
        self.assertNotIn("problem", said)
        extension = prefix / "share" / "jupyter" / "labextensions" / "tskernel"
        self.assertRegex(said, f"JupyterLab extension [^ ]+ in {extension}")
        self.run_program(tskernel, "install", "--prefix", prefix, "--no-lab")
        self.assertFalse(extension.exists())
        self.run_program(tskernel, "install", "--prefix", prefix)
        self.assertTrue((extension / "package.json").exists())
        self.run_program(tskernel, "uninstall", "--prefix", prefix)
        self.assertFalse(extension.exists())


if __name__ == "__main__":
    unittest.main()
