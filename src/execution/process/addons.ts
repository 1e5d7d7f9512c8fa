// Native code that cells load stays in memory when their thread ends.
// Rule: a flag for the system's loader, and nothing else; what Node does with the code is Node's.

/** RTLD_NODELETE of each system, which Node's own constants lack. */
const staysLoaded: { readonly [platform: string]: number } = { linux: 0x1000, darwin: 0x80 };

/**
 * A package of the person's that the kernel has as well, in another file, shares C++ statics with the kernel's copy. Node
 * unloads the file with the last thread that had it, which takes the statics down: the process crashed when the thread of
 * the cells was replaced.
 */
export function keepAddonsLoaded(): void {
  const flag = staysLoaded[process.platform];
  if (flag === undefined) return;
  const { dlopen } = process;
  const { RTLD_LAZY } = (require('node:os') as typeof import('node:os')).constants.dlopen;
  process.dlopen = function (module: object, file: string, flags: number = RTLD_LAZY) {
    return dlopen.call(this, module, file, flags | flag);
  };
}
