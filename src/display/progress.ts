// Progress bars that update in place: around a loop, or moved by hand.
// Rule: at most ten pictures a second, the first at once and the last always; a nested loop keeps one place for all its turns.
import { clearTimeout, setTimeout } from 'node:timers';
import type { tskernel } from '../globals/cells';
import { isArray } from '../realm/builtins';
import { now as clock } from '../realm/clock';
import { escapeHtml } from '../text/html';
import { toRendering } from './bundle';
import { type DisplaySink, newDisplayId } from './sink';
import { Silent } from './symbols';

const interval = 100;

/** The place of a bar, and that of the bars of loops inside its loop. */
interface Place {
  readonly displayId: string;
  isTaken: boolean;
  inner: Place | undefined;
}

/** The bars that are under way, by cell. */
class Bars {
  readonly #sink: DisplaySink;
  readonly #active = new Map<unknown, ProgressBar[]>();

  constructor(sink: DisplaySink) {
    this.#sink = sink;
  }

  open(options: tskernel.ProgressOptions = {}): ProgressBar {
    const cell = this.#sink.cell?.();
    const active = this.#active.get(cell) ?? [];
    const outer = active.at(-1)?.place;
    const reused = outer?.inner?.isTaken === false ? outer.inner : undefined;
    const place = reused ?? { displayId: newDisplayId(), isTaken: true, inner: undefined };
    if (outer && !reused && !outer.inner) outer.inner = place;
    place.isTaken = true;
    const bar = new ProgressBar(this.#sink, place, reused !== undefined, options, () => {
      place.isTaken = false;
      active.splice(active.indexOf(bar), 1);
      if (active.length === 0 && this.#active.get(cell) === active) this.#active.delete(cell);
    });
    active.push(bar);
    this.#active.set(cell, active);
    return bar;
  }
}

/** A bar on the page. As the value of a cell it shows nothing more. */
class ProgressBar extends Silent implements tskernel.ProgressBar {
  /** @internal */
  readonly place: Place;
  readonly #sink: DisplaySink;
  readonly #close: () => void;
  readonly #started = clock();
  #total: number | undefined;
  #label: string;
  #count = 0;
  #isShown: boolean;
  #state: 'running' | 'done' | 'stopped' = 'running';
  #nextPicture = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @internal */
  constructor(
    sink: DisplaySink,
    place: Place,
    isShown: boolean,
    options: tskernel.ProgressOptions,
    close: () => void,
  ) {
    super();
    this.#sink = sink;
    this.place = place;
    this.#isShown = isShown;
    this.#total = options.total;
    this.#label = options.label ?? '';
    this.#close = close;
    this.#draw();
  }

  get count(): number {
    return this.#count;
  }

  set count(count: number) {
    this.advance(count - this.#count);
  }

  get total(): number | undefined {
    return this.#total;
  }

  set total(total: number | undefined) {
    this.#total = total;
    this.advance(0);
  }

  get label(): string {
    return this.#label;
  }

  set label(label: string) {
    this.#label = label;
    this.advance(0);
  }

  advance(steps = 1): void {
    this.#count += steps;
    if (this.#state !== 'running') return;
    const now = clock();
    if (now >= this.#nextPicture) this.#draw();
    // In a loop that blocks, the next step draws; in one that waits, the timer does.
    else this.#timer ??= setTimeout(() => this.#draw(), this.#nextPicture - now).unref();
  }

  done(): void {
    this.#end('done');
  }

  stop(): void {
    this.#end('stopped');
  }

  #end(state: 'done' | 'stopped'): void {
    if (this.#state !== 'running') return;
    this.#state = state;
    if (state === 'done') this.#total ??= this.#count;
    this.#draw();
    this.#close();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = clock();
    this.#nextPicture = now + interval;
    const { displayId } = this.place;
    const data = drawProgress({
      label: this.#label,
      count: this.#count,
      total: this.#total,
      seconds: (now - this.#started) / 1000,
      state: this.#state,
    });
    this.#sink.emit({
      kind: this.#isShown ? 'update' : 'display',
      displayId,
      ...toRendering({ data }, () => ''),
    });
    this.#isShown = true;
  }
}

interface ProgressPicture {
  readonly label: string;
  readonly count: number;
  readonly total: number | undefined;
  /** Since the beginning. */
  readonly seconds: number;
  readonly state: 'running' | 'done' | 'stopped';
}

const barLength = 20;

/** The bar in both forms. */
export function drawProgress(picture: ProgressPicture): { 'text/html': string; 'text/plain': string } {
  const { label, count, total, state } = picture;
  const share = total === undefined ? undefined : total > 0 ? Math.min(count / total, 1) : 1;
  const facts = factsOf(picture, share).join(' · ');
  const filled = Math.round((share ?? 0) * barLength);
  const bar = share === undefined ? '' : `${'█'.repeat(filled)}${'░'.repeat(barLength - filled)} `;
  const attributes =
    share === undefined ? (state === 'running' ? '' : ' value="1"') : ` value="${share.toFixed(4)}"`;
  return {
    'text/html':
      '<div class="tskernel-progress" style="display: flex; gap: 0.6em; align-items: center">' +
      (label && `<span>${escapeHtml(label)}</span>`) +
      `<progress max="1"${attributes} style="width: 16em"></progress>` +
      `<span style="opacity: 0.8; font-variant-numeric: tabular-nums">${facts}</span></div>`,
    'text/plain': `${label && `${label} `}${bar}${facts}`,
  };
}

function factsOf({ count, total, seconds, state }: ProgressPicture, share: number | undefined): string[] {
  const facts: string[] = [];
  if (share !== undefined) facts.push(`${Math.floor(share * 100)}%`);
  facts.push(
    total === undefined || state === 'done' ? compact(count) : `${compact(count)}/${compact(total)}`,
  );
  if (state === 'stopped') facts.push('stopped');
  if (count > 0 && seconds > 0) facts.push(`${compact(count / seconds)}/s`);
  if (state !== 'running') facts.push(duration(seconds));
  else if (share !== undefined && share > 0) facts.push(`${duration((seconds / share) * (1 - share))} left`);
  return facts;
}

function compact(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)}G`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1);
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** The `progress` of the user's cells. */
export function createProgress(sink: DisplaySink): tskernel.Progress {
  const bars = new Bars(sink);

  const progress = (source: unknown, options: tskernel.ProgressOptions = {}): unknown => {
    if (typeof source === 'number') return loop(bars, countTo(source), { total: source, ...options });
    if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) {
      return asyncLoop(bars, source as AsyncIterable<unknown>, options);
    }
    if (
      typeof source === 'string' ||
      (typeof source === 'object' && source !== null && Symbol.iterator in source)
    ) {
      return loop(bars, source as Iterable<unknown>, { total: sizeOf(source), ...options });
    }
    throw new TypeError(
      'progress takes a number, an iterable or an async iterable; progress.bar() is moved by hand',
    );
  };
  return Object.assign(progress as tskernel.Progress, {
    bar: (options?: tskernel.ProgressOptions) => bars.open(options),
  });
}

function* countTo(end: number): Iterable<number> {
  for (let step = 0; step < end; step++) yield step;
}

function sizeOf(source: string | object): number | undefined {
  if (typeof source === 'string' || isArray(source)) return source.length;
  const { length, size } = source as { length?: unknown; size?: unknown };
  if (typeof length === 'number') return length;
  return typeof size === 'number' ? size : undefined;
}

function loop<T>(bars: Bars, source: Iterable<T>, options: tskernel.ProgressOptions): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      const bar = bars.open(options);
      try {
        for (const item of source) {
          yield item;
          bar.advance();
        }
        bar.done();
      } finally {
        // Left by break or by an error.
        bar.stop();
      }
    },
  };
}

function asyncLoop<T>(
  bars: Bars,
  source: AsyncIterable<T>,
  options: tskernel.ProgressOptions,
): AsyncIterable<T> {
  return {
    async *[Symbol.asyncIterator]() {
      const bar = bars.open(options);
      try {
        for await (const item of source) {
          yield item;
          bar.advance();
        }
        bar.done();
      } finally {
        bar.stop();
      }
    },
  };
}
