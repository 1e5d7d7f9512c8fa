// Colours of child processes.
// Rule: only those whose output is shown are told; what a program reads has no colours, as in a terminal.

/**
 * The environment of a child whose output is shown: no terminal tells it that colours are. What is read by the cell has none.
 * @param given that of the call, the process's own when absent
 */
export function inColour(given: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return given.FORCE_COLOR === undefined && !given.NO_COLOR ? { ...given, FORCE_COLOR: '1' } : given;
}
