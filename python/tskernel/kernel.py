"""Starts the kernel: `python -m tskernel.kernel <connection file>`, where a kernelspec cannot start Node itself."""

import sys

from tskernel.node import run

if __name__ == "__main__":
    run("kernel.cjs", sys.argv[1:])
