// As much of a text as anybody reads.
// Rule: what is shown of a value or an error is no longer than this; what is printed is never cut.

export const mostLines = 200;
/** In UTF-16 units. */
export const longestPage = 50_000;

/** Whether a text is shown whole. */
export const fitsPage = (text: string): boolean => endOfPage(text) === text.length;

/** The beginning of a text that is longer than anybody reads, with how much there is besides. */
export function toPage(text: string): string {
  const end = endOfPage(text);
  if (end === text.length) return text;
  let rest = 0;
  for (let at = end; at < text.length; at++) if (text[at] === '\n') rest++;
  return `${text.slice(0, end)}\n… ${rest > 0 ? `${rest} more lines` : `${text.length - end} more characters`}`;
}

/** Where the lines that are shown end. */
function endOfPage(text: string): number {
  let lines = 1;
  for (let at = 0; at < text.length; at++) {
    if (at === longestPage || (text[at] === '\n' && lines++ === mostLines)) return at;
  }
  return text.length;
}
