// Names that the user may have meant instead of a misspelled one.

/** The names nearest to what was written, best first. */
export function nearest(written: string, names: Iterable<string>, limit = 5): string[] {
  return [...new Set(names)]
    .filter((name) => isNear(name, written))
    .map((name) => ({ name, distance: editDistance(name.toLowerCase(), written.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** The names of which what was written may be a misspelling: a letter or two away, best first. */
export function misspelled(written: string, names: Iterable<string>): string[] {
  const most = written.length < 6 ? 1 : 2;
  return nearest(written, names).filter(
    (name) => editDistance(name.toLowerCase(), written.toLowerCase()) <= most,
  );
}

/** A question to put behind a sentence; nothing where no name is near. */
export const didYouMean = (near: readonly string[]): string =>
  near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';

/** Whether one name could be meant for the other: equal but for case, contained, or at most two letters away. */
export function isNear(candidate: string, name: string): boolean {
  const [left, right] = [candidate.toLowerCase(), name.toLowerCase()];
  if (
    left === right ||
    (right.length > 2 && left.includes(right)) ||
    (left.length > 2 && right.includes(left))
  )
    return true;
  return (
    Math.abs(left.length - right.length) <= 2 && editDistance(left, right) <= Math.min(2, name.length - 1)
  );
}

/** How many letters must be added, left out, replaced or swapped with their neighbours. */
function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const isSame = left[i - 1] === right[j - 1];
      const isSwapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const best = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1));
      next[j] = isSwapped && j > 1 && i > 1 ? Math.min(best, before[j - 2]! + 1) : best;
    }
    before = row;
    row = next;
  }
  return row[right.length]!;
}
