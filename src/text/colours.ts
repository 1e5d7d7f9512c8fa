// The colours of errors and warnings, as terminals and notebooks know them.
// Rule: each can be read on JupyterLab's red in the light and in the dark theme: grey could not (its "bright black" is
// nearly black in both), nor bold red in the dark one, nor plain cyan and yellow in the light one.

/** Dimmed in terminals; the same as the text around it in notebooks. */
export const faint = (text: string) => `\u001b[2m${text}\u001b[22m`;
export const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
export const red = (text: string) => `\u001b[31m${text}\u001b[39m`;
/** A place: file, line and column. */
export const cyan = (text: string) => `\u001b[1;36m${text}\u001b[22;39m`;
/** The head of a warning. */
export const yellow = (text: string) => `\u001b[1;33m${text}\u001b[22;39m`;

/** The first line of an error. */
export function errorHead(name: string, message: string): string {
  return message ? `${red(name)}: ${message}` : red(name);
}
