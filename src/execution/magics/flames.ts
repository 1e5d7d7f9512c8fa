// What ran when, made of V8's samples, and drawn as a flame chart: time goes to the right, callers stand above what they call.
// Rule: the picture needs no script, and is readable on light and dark pages.
import type { Profiler, Runtime } from 'node:inspector';
import { escapeHtml } from '../../text/html';

/** A function from its call to its end, as far as samples tell. Times are in microseconds from the start. */
export interface Flame {
  readonly name: string;
  /** Empty for what has none. */
  readonly place: string;
  readonly depth: number;
  readonly start: number;
  end: number;
  /** What it took without what it called. */
  self: number;
}

export interface Flames {
  /** In the order of their starts, callers first. */
  readonly all: readonly Flame[];
  readonly end: number;
}

type Described = Pick<Flame, 'name' | 'place'>;

/** Undefined for what is not to be shown itself: its time is its caller's. `hidden` for what is not, with all that it calls. */
export type Describe = (frame: Runtime.CallFrame) => Described | 'hidden' | undefined;

export function flamesOf(
  { nodes, startTime, endTime, samples = [], timeDeltas = [] }: Profiler.Profile,
  describe: Describe,
): Flames {
  const stacks = stacksOf(nodes, describe);
  const all: Flame[] = [];
  const open: { flame: Flame; frame: Described }[] = [];
  let now = 0;
  for (const [index, id] of samples.entries()) {
    const stack = stacks.get(id) ?? [];
    // What a sample found ran until the next one.
    const next = now + Math.max(0, timeDeltas[index + 1] ?? endTime - startTime - now);
    let shared = 0;
    while (shared < open.length && shared < stack.length && open[shared]!.frame === stack[shared]) shared++;
    open.length = shared;
    for (const frame of stack.slice(shared)) {
      const flame = { ...frame, depth: open.length, start: now, end: now, self: 0 };
      all.push(flame);
      open.push({ flame, frame });
    }
    for (const { flame } of open) flame.end = next;
    const innermost = open.at(-1);
    if (innermost) innermost.flame.self += next - now;
    now = next;
  }
  return { all, end: now };
}

/** By node: the frames from the outermost to its own. Equal frames of equal callers are one object. */
function stacksOf(
  nodes: readonly Profiler.ProfileNode[],
  describe: Describe,
): Map<number, readonly Described[]> {
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const stacks = new Map<number, readonly Described[]>();
  const hidden = new Set<number>();
  // V8 lists callers before what they call.
  for (const { id, callFrame } of nodes) {
    const above = stacks.get(parents.get(id) ?? -1) ?? [];
    const frame = hidden.has(parents.get(id) ?? -1) ? 'hidden' : describe(callFrame);
    if (frame === 'hidden') hidden.add(id);
    // What Node does to come to a callback belongs to nobody.
    const isWay = above.length === 0 && callFrame.url.startsWith('node:internal/');
    stacks.set(id, !frame || frame === 'hidden' || isWay ? above : [...above, frame]);
  }
  return stacks;
}

const width = 1000;
const rowHeight = 18;
const mostDepth = 60;
/** In the picture's own units: what is narrower nobody sees. */
const narrowest = 0.5;
const widthOfLetter = 6.2;

/** @param text the table, shown below the picture */
export function drawFlames(flames: readonly Flame[], total: number, text: string): string {
  const scale = width / Math.max(total, 1);
  const seen = flames.filter(
    ({ start, end, depth }) => (end - start) * scale >= narrowest && depth < mostDepth,
  );
  const depth = Math.max(0, ...seen.map((flame) => flame.depth + 1));
  const parts = seen.map(({ name, place, start, end, depth: row, self }) => {
    const [x, wide] = [start * scale, (end - start) * scale];
    const title = `${name}${place && ` (${place})`}: ${ms(end - start)}, itself ${ms(self)}`;
    const letters = Math.floor((wide - 4) / widthOfLetter);
    const label = letters < 3 ? '' : name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
    const y = row * rowHeight;
    return `<g><title>${escapeHtml(title)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="${rowHeight - 1}" rx="2" fill="hsl(${hueOf(name)} 70% 72%)"/>${label && `<text x="${(x + 3).toFixed(1)}" y="${y + 13}" fill="#1a1a1a">${escapeHtml(label)}</text>`}</g>`;
  });
  const height = depth * rowHeight;
  const picture = `<svg viewBox="0 0 ${width} ${height}" width="100%" style="max-width:${width}px;font:11px ui-monospace,monospace" role="img" aria-label="Flame chart">${parts.join('')}</svg>`;
  return `${picture}<pre>${escapeHtml(text)}</pre>`;
}

const ms = (microseconds: number) => `${Number((microseconds / 1000).toPrecision(3))} ms`;

/** Of warm colours one for each name. */
function hueOf(name: string): number {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.codePointAt(0)!) % 9973;
  return hash % 60;
}
