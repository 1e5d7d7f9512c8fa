// A small cell that the thread runs for itself while the main thread compiles one: after a pause the processor's caches have nothing of
// what that takes.
// Rule: nobody hears of it and nothing keeps it. It has no number and no names, and shows nothing, since a person's own renderers
// would be asked.
import type { CellId } from '../api';
import { toShownText } from '../display/plain';
import { withIntrinsics } from '../realm/intrinsics';
import { ActiveRuns } from './active-runs';
import { Namespace } from './namespace';
import { Runner, type RunnerOptions } from './runner';

/** No cell of the host's, and none that code can be of which runs before the first. */
const nobodysCell = -1;

interface RehearsalsOptions
  extends Pick<RunnerOptions, 'context' | 'labels' | 'modules' | 'errors' | 'host' | 'results'> {
  /** As after each cell. */
  ended(cell: CellId): void;
}

export class Rehearsals {
  readonly #runner: Runner;

  /** @param options.labels of their own */
  constructor({ context, ended, ...options }: RehearsalsOptions) {
    this.#runner = new Runner({
      ...options,
      context: { ...context, enter: (_, work) => work() },
      runs: new ActiveRuns(),
      namespace: new Namespace(() => undefined),
      linger: 0,
      endsAtOnce: true,
      isCutOff: () => false,
      left() {},
      done: ({ cell }) => ended(cell),
    });
  }

  /** @param number another one each time, for V8 keeps what it has compiled */
  run(number: number): void {
    this.#runner.start({
      id: 0,
      cell: nobodysCell,
      name: '',
      label: 'Rehearsal',
      number: undefined,
      source: '',
      compiled: {
        mode: 'blocking',
        code: `"use strict";((__tsk_) => {\nreturn (${number}\n)})`,
        declarations: [],
        mentions: [],
        probes: [],
        imports: [],
        map: { segments: '' },
      },
      wantsResult: false,
      allowInput: true,
      stopsOnFailure: false,
    });
    withIntrinsics(() => toShownText(number));
  }
}
