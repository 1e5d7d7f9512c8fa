// Evaluates what a person asks for: TypeScript with the names of the cells, behind those of the frame that the thread stands in.
// Rule: what is only looked at (hover) changes nothing; what would wait while the thread stands still is refused in a sentence.
import type { Runtime } from 'node:inspector';
import type { CompiledInput } from '../compile/console';
import type { Declaration } from '../compile/types';
import type { Listing } from './listing';
import { helper, type Realm, Thrown } from './realm';
import type { Frame, Target } from './target';

type Remote = Runtime.RemoteObject;

/** How long a promise may take that is awaited, in milliseconds. */
const promisePatience = 5000;

/** When it is known whether a pause is one, in milliseconds. */
const pausePatience = 100;

export interface ExpressionsOptions {
  /** @param locals names of the scopes of a frame; nothing outside of one */
  compileInput(source: string, locals?: ReadonlySet<string>): CompiledInput;
  /** Code of the console has declared names of the notebook. @param source what declares them where their types are to be had */
  adopt(declarations: readonly Declaration[], source?: string): void;
  isPaused(): boolean;
}

export interface Asked {
  readonly frame: Frame | undefined;
  /** The names of its scopes. */
  readonly locals: ReadonlySet<string> | undefined;
  readonly group: string;
}

export class Expressions {
  readonly #target: Target;
  readonly #realm: Realm;
  readonly #listing: Listing;
  readonly #options: ExpressionsOptions;
  /** Who waits for a promise. */
  readonly #waiting = new Set<(reason: Error) => void>();

  constructor(target: Target, realm: Realm, listing: Listing, options: ExpressionsOptions) {
    this.#target = target;
    this.#realm = realm;
    this.#listing = listing;
    this.#options = options;
  }

  /**
   * @param isPure nothing may change
   * @throws Error what the person is told
   */
  async evaluate(source: string, asked: Asked, isPure = false): Promise<Remote> {
    const compiled = this.#options.compileInput(source, asked.locals);
    if (!compiled.ok) throw new Error(compiled.problem);
    const { cell, awaited } = compiled;
    const { frame, group } = asked;
    if (cell.mode === 'task' && this.#options.isPaused()) {
      if (awaited === undefined || cell.imports.length > 0) throw new Error(standsStill);
      return this.#settled(await this.evaluate(awaited, asked, isPure), isPure);
    }
    if (isPure && (cell.mode === 'task' || cell.declarations.length > 0)) throw new Error(onlyLooks);
    if (this.#options.isPaused() && /\bimport\(/.test(cell.code)) throw new Error(standsStill);
    const callFrameId = frame?.call.callFrameId;
    // The code is a strict script that gives a function.
    const body = cell.code.slice('"use strict";'.length);
    if (isPure) {
      await this.#realm.mention(cell);
      return this.#realm.evaluate(`"use strict";${helper}.handOver(${body}(${helper}.helper))`, {
        group,
        callFrameId,
        isPure,
      });
    }
    const names = JSON.stringify({ ...cell, code: frame ? '' : cell.code, map: undefined });
    const code = frame ? `"use strict";${helper}.run(${names},${body})` : `${helper}.run(${names})`;
    try {
      return await this.#awaited(
        this.#realm.evaluate(code, { group, callFrameId, isAwaited: cell.mode === 'task' }),
        cell.mode === 'task',
      );
    } finally {
      if (cell.declarations.length > 0) await this.#adopt(cell.declarations, frame ? undefined : source);
    }
  }

  async #adopt(declarations: readonly Declaration[], source: string | undefined): Promise<void> {
    const bound = await this.#realm.takeBound();
    const values = new Set(bound?.values);
    const adopted = declarations.filter(({ name }) => values.has(name));
    if (adopted.length > 0) this.#options.adopt(adopted, bound?.completed ? source : undefined);
  }

  /** What a promise has come to, while nothing can come of one that is pending. */
  async #settled(value: Remote, isPure: boolean): Promise<Remote> {
    if (value.subtype !== 'promise') return value;
    const { state, result } = await this.#listing.promise(value);
    if (state === 'pending') throw new Error(stillPending);
    if (state === 'fulfilled') return result!;
    // Who awaits it is told: it is not lost. The answer may come once the program goes on.
    if (!isPure)
      this.#target.call('Runtime.awaitPromise', { promiseObjectId: value.objectId! }).catch(() => undefined);
    const [reason] = await this.#realm.describe([result!]);
    throw new Thrown(reason!.text);
  }

  /** Nobody waits for promises any more: what they stand for is the program's. */
  interrupt(): void {
    for (const reject of this.#waiting) reject(new Error(waitsNoLonger));
  }

  /** Nobody can say `continue` to a thread that stops while this waits for it. */
  async #awaited(value: Promise<Remote>, isTask: boolean): Promise<Remote> {
    if (!isTask) return value;
    let timer: NodeJS.Timeout | undefined;
    let listening: (() => void) | undefined;
    let giveUp: (reason: Error) => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      giveUp = reject;
      this.#waiting.add(reject);
      // Not every pause is one that a person sees.
      const look = () => {
        if (this.#options.isPaused()) reject(new Error(stoppedMeanwhile));
      };
      listening = this.#target.on('Debugger.paused', () => void setTimeout(look, pausePatience).unref());
      timer = setTimeout(() => reject(new Error(takesLong)), promisePatience);
    });
    value.catch(() => undefined);
    try {
      return await Promise.race([value, late]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
      listening?.();
    }
  }
}

const standsStill =
  '`await` and imports wait for the program, which stands still here. Continue first, or leave `await` out to see the promise.';
const stillPending =
  'The promise is pending, and stays so while the program stands still. Continue first, or leave `await` out to see it.';
const onlyLooks = 'This is not evaluated here, since it may change something. The console evaluates it.';
const waitsNoLonger = 'The wait was interrupted.';
const stoppedMeanwhile = 'The program has stopped while this was waiting; it goes on with the program.';
const takesLong = `Still pending after ${promisePatience / 1000} seconds; it goes on. In a cell, \`await\` has no limit.`;
