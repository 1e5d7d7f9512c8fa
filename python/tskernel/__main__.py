"""The command `tskernel`: what is installed, what is wrong, and kernelspecs with settings of their own."""

import os
import site
import sys

from tskernel.node import here, run


def main():
    run("tskernel.cjs", sys.argv[1:], TSKERNEL_PREFIX=find_prefix())


def find_prefix():
    """Below which pip has put the kernelspec: it is in `share/jupyter/kernels` there."""
    packages = os.path.dirname(here)
    return site.getuserbase() if packages == site.getusersitepackages() else sys.prefix


if __name__ == "__main__":
    main()
