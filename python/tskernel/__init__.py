"""A TypeScript kernel for Jupyter. Installing the package is all; the kernel itself is a program for Node."""
