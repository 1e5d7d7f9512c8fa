// Describes the values of names while no cell runs.
// Rule: a look is taken in slices, and a cell that wants to begin never waits for more than one of them.

import timers from 'node:timers';
import { hasValue, keyOf } from '../../compile/keys';
import { dataProperty } from '../../realm/builtins';
import { now } from '../../realm/clock';
import { withIntrinsics } from '../../realm/intrinsics';
import type { Shape } from '../../threads/shape';
import { Look } from './look';

const { setImmediate } = timers;

/** How long a slice takes, in milliseconds. */
const slice = 2;

/** Names that somebody wants to know about. */
interface Question {
  readonly names: readonly string[];
  readonly shapes: (Shape | undefined)[];
  look: Look | undefined;
  readonly answer: (shapes: readonly (Shape | undefined)[]) => void;
}

export class Observer {
  readonly #isBusy: () => boolean;
  readonly #questions: Question[] = [];
  #isScheduled = false;

  /** @param isBusy whether a cell runs */
  constructor(isBusy: () => boolean) {
    this.#isBusy = isBusy;
  }

  /** @param answer called with the shape of each name's value, nothing for a name that has none, once no cell runs */
  observe(names: readonly string[], answer: Question['answer']): void {
    this.#questions.push({ names, shapes: [], look: undefined, answer });
    this.resume();
  }

  /** A cell has ended. */
  resume(): void {
    if (this.#isScheduled || this.#questions.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#isBusy()) return;
      withIntrinsics(() => this.#proceed(now() + slice));
      this.resume();
    });
  }

  /** @param until in milliseconds */
  #proceed(until: number): void {
    const [question] = this.#questions;
    if (question === undefined) return;
    const { names, shapes, answer } = question;
    while (shapes.length < names.length) {
      const name = names[shapes.length]!;
      question.look ??= hasValue(name) ? new Look(valueNamed(name)) : undefined;
      if (question.look && !question.look.proceed(now, until)) return;
      shapes.push(question.look?.shape);
      question.look = undefined;
      if (now() > until && shapes.length < names.length) return;
    }
    this.#questions.shift();
    answer(shapes);
  }
}

/** What a name's value is like, at once. Nothing for a name that has none. */
export function describeNow(name: string): Shape | undefined {
  if (!hasValue(name)) return undefined;
  const look = new Look(valueNamed(name));
  look.proceed(now, Number.POSITIVE_INFINITY);
  return look.shape;
}

const valueNamed = (name: string): unknown => dataProperty(globalThis, keyOf(name));
