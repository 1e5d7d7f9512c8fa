// What the kernelspec tells the C library (glibc) of how to keep memory: each of twenty threads would keep some of what it gave back.
// Rule: it is for this process alone. The library has read it by now, and what cells start must not find it.

/** As it stands in kernelspec/kernel.json. */
export const told = {
  MALLOC_ARENA_MAX: '6',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '32768',
};

/** Takes away what the kernelspec has set. What a person has set otherwise stays. */
export function forgetAllocatorSettings(
  environment: { [name: string]: string | undefined } = process.env,
): void {
  for (const [name, value] of Object.entries(told)) if (environment[name] === value) delete environment[name];
}
