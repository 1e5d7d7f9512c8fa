// What was run, kept across restarts: one file of JSON lines for each kernel that ran something (messaging spec: History).
// Rule: nothing here blocks or fails a cell, and no file is read before a client asks for history.
// `promises` loads when it is first used, which is not before the first cell.
import { appendFileSync, promises } from 'node:fs';
import { join } from 'node:path';
import { type HistoryEntry, type HistoryQuery, refuseHomeless } from '../src';
import { matchesGlob } from './glob';
import { describeError, log } from './log';
import type { HistoryItem, HistoryRequest } from './messages';

interface Entry {
  readonly line: number;
  readonly input: string;
  output: string | null;
}

/** One line of a file: an input, or the output that it led to. */
type Line = { readonly line: number } & ({ readonly input: string } | { readonly output: string });

interface Session {
  readonly number: number;
  readonly entries: readonly Entry[];
}

/** How long lines gather before they are written, in milliseconds: opening a file takes half as long as a small cell. */
const gatherTime = 200;
const keptSessions = 1000;
/** Sessions that were read stay in memory while their files together are no longer than this, in bytes. */
const cachedBytes = 8 * 1024 * 1024;

export class History {
  readonly #directory: string;
  readonly #own: Entry[] = [];
  readonly #cache = new Map<number, { readonly version: string; readonly session: Session }>();
  #cachedBytes = 0;
  #session: Promise<number> | undefined;
  #file: string | undefined;
  #unwritten = '';
  #writing: Promise<void> | undefined;
  /** Ends the pause in which lines gather. */
  #hurry: (() => void) | undefined;
  #complained = false;

  /** @param directory where the files lie; made when first needed. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A stored cell begins. @param line its execution count, from 1. */
  addInput(line: number, input: string): void {
    this.#own.push({ line, input, output: null });
    this.#append({ line, input });
  }

  /** The text of a stored cell's result. */
  addOutput(line: number, output: string): void {
    const entry = this.#own.findLast((candidate) => candidate.line === line);
    if (entry) entry.output = output;
    this.#append({ line, output });
  }

  async query(request: HistoryRequest): Promise<readonly HistoryItem[]> {
    const own = await this.#claim();
    switch (request.hist_access_type) {
      case 'tail':
        return this.#latest(own, request.n ?? 10, request.output, () => true);
      case 'search':
        return this.#latest(
          own,
          request.n ?? Number.POSITIVE_INFINITY,
          request.output,
          this.#searching(request),
        );
      case 'range': {
        const number = request.session > 0 ? request.session : own + request.session;
        const { entries } = await this.#read(number, own);
        const stop = request.stop ?? Number.POSITIVE_INFINITY;
        return entries
          .filter(({ line }) => line >= request.start && line < stop)
          .map((entry) => item(number, entry, request.output));
      }
      default:
        return [];
    }
  }

  /** What a cell wants to see of earlier ones, the oldest first. */
  async recall(query: HistoryQuery): Promise<readonly HistoryEntry[]> {
    const common = { output: true, session: 0, start: 0, pattern: '*', unique: false };
    const items = await this.query(
      query.kind === 'range'
        ? {
            ...common,
            hist_access_type: 'range',
            session: query.session,
            start: query.start,
            ...(query.end !== undefined && { stop: query.end + 1 }),
          }
        : {
            ...common,
            hist_access_type: 'search',
            pattern: query.pattern ?? '*',
            ...(query.count !== undefined && { n: query.count }),
          },
    );
    const own = await this.#claim();
    return items.map(([session, number, texts]) => {
      const [input, output] = texts as readonly [string, string | null];
      return { session, isOwn: session === own, number, input, output };
    });
  }

  /** Writes the pending entries. */
  async flush(): Promise<void> {
    while (this.#writing) {
      this.#hurry?.();
      await this.#writing;
    }
  }

  /** The same, synchronously, for an exit that cannot wait. */
  flushNow(): void {
    if (!this.#file || this.#unwritten === '') return;
    try {
      appendFileSync(this.#file, this.#unwritten);
    } catch {
      // The kernel is about to end: no client waits for an error.
    }
    this.#unwritten = '';
  }

  /** The newest entries that are accepted, oldest first. */
  async #latest(
    own: number,
    count: number,
    output: boolean,
    accepts: (entry: Entry) => boolean,
  ): Promise<readonly HistoryItem[]> {
    const found: HistoryItem[] = [];
    for (const number of await this.#sessions(own)) {
      if (found.length >= count) break;
      const { entries } = await this.#read(number, own);
      for (let index = entries.length - 1; index >= 0 && found.length < count; index--) {
        const entry = entries[index]!;
        if (accepts(entry)) found.push(item(number, entry, output));
      }
    }
    return found.reverse();
  }

  #searching({ pattern, unique }: HistoryRequest): (entry: Entry) => boolean {
    const seen = new Set<string>();
    return ({ input }) => {
      if (!matchesGlob(pattern, input) || seen.has(input)) return false;
      if (unique) seen.add(input);
      return true;
    };
  }

  /** The numbers of all sessions, newest first. */
  async #sessions(own: number): Promise<readonly number[]> {
    const numbers = new Set(await listSessions(this.#directory).catch(() => []));
    return [...numbers.add(own)].sort((left, right) => right - left);
  }

  async #read(number: number, own: number): Promise<Session> {
    if (number === own) return { number, entries: this.#own };
    const path = this.#path(number);
    try {
      const { size, mtimeMs } = await promises.stat(path);
      const version = `${size} ${mtimeMs}`;
      const cached = this.#cache.get(number);
      if (cached?.version === version) return cached.session;
      const session = { number, entries: parse(await promises.readFile(path, 'utf8')) };
      if (this.#cachedBytes + size <= cachedBytes) {
        this.#cachedBytes += size;
        this.#cache.set(number, { version, session });
      }
      return session;
    } catch {
      return { number, entries: [] };
    }
  }

  #append(line: Line): void {
    this.#unwritten += `${JSON.stringify(line)}\n`;
    this.#writing ??= this.#write();
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, gatherTime).unref();
      this.#hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #write(): Promise<void> {
    await this.#claim();
    try {
      while (this.#file && this.#unwritten !== '') {
        await this.#gather();
        const text = this.#unwritten;
        this.#unwritten = '';
        await promises.appendFile(this.#file, text);
      }
    } catch (error) {
      this.#giveUp(error);
    }
    // Without a file the entries live in memory only.
    this.#unwritten = '';
    this.#writing = undefined;
  }

  /** This kernel's session number, taken when it is first needed. */
  #claim(): Promise<number> {
    this.#session ??= this.#createFile();
    return this.#session;
  }

  /** Creating the file takes the number: of two kernels that try, one fails and takes the next. */
  async #createFile(): Promise<number> {
    let numbers: readonly number[] = [];
    try {
      refuseHomeless(this.#directory);
      await promises.mkdir(this.#directory, { recursive: true, mode: 0o700 });
      numbers = await listSessions(this.#directory);
      for (let number = Math.max(0, ...numbers) + 1; ; number++) {
        const path = this.#path(number);
        try {
          await promises.writeFile(path, '', { flag: 'wx', mode: 0o600 });
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
          throw error;
        }
        this.#file = path;
        void this.#prune(numbers);
        return number;
      }
    } catch (error) {
      this.#giveUp(error);
      return Math.max(0, ...numbers) + 1;
    }
  }

  async #prune(numbers: readonly number[]): Promise<void> {
    const oldest = [...numbers].sort((left, right) => left - right).slice(0, -(keptSessions - 1));
    await Promise.allSettled(oldest.map((number) => promises.rm(this.#path(number), { force: true })));
  }

  #giveUp(error: unknown): void {
    this.#file = undefined;
    if (this.#complained) return;
    this.#complained = true;
    log(
      `the history cannot be written to ${this.#directory} (${describeError(error)}); it is kept in memory only`,
    );
  }

  #path(number: number): string {
    return join(this.#directory, `${number}.jsonl`);
  }
}

async function listSessions(directory: string): Promise<readonly number[]> {
  const names = await promises.readdir(directory);
  return names.flatMap((name) => (/^[1-9]\d*\.jsonl$/.test(name) ? [Number.parseInt(name, 10)] : []));
}

/** Lines that are no JSON are left out: the last one may have been cut off. */
function parse(text: string): readonly Entry[] {
  const entries = new Map<number, Entry>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      const record = JSON.parse(line) as Line;
      if ('input' in record)
        entries.set(record.line, { line: record.line, input: record.input, output: null });
      else entries.get(record.line)!.output = record.output;
    } catch {
      // Not ours, or incomplete.
    }
  }
  return [...entries.values()];
}

function item(session: number, { line, input, output }: Entry, withOutput: boolean): HistoryItem {
  return [session, line, withOutput ? [input, output] : input];
}
