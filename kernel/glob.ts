// Patterns with `*` for any text and `?` for one character, as in history searches.

/**
 * Whether the whole text matches. Takes at most pattern length times text length steps, whatever the pattern: after a
 * mismatch only the latest star needs another try.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resumeAt = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      resumeAt = position;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resumeAt;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
