// What the thread of the cells is started with, so that it can be interrupted and its memory watched. Rule: imports nothing, since
// that thread is started before anything else.

/** Node 24 and newer survive a termination anywhere (started with --no-force-async-hooks-checks). */
export const survivesAnywhere = Number(process.versions.node.split('.')[0]) >= 24;
export const executionArguments = survivesAnywhere ? ['--no-force-async-hooks-checks'] : [];

/** How far V8's limit is set above ours, in MB: the most that one Map allocates while it grows. */
export const headroom = 1024;
