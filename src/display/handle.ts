// What display() returns: the place on the page, to be filled anew.
import type { Rendering } from '../api';
import type { tskernel } from '../globals/cells';
import { textRendering } from './bundle';
import type { Sequence } from './sink';
import { Silent } from './symbols';

export class DisplayHandle<Input = unknown> extends Silent implements tskernel.DisplayHandle<Input> {
  readonly id: string;
  readonly #sequence: Sequence;
  readonly #render: (value: Input) => Rendering | Promise<Rendering>;
  #ready: Promise<void>;

  constructor(
    id: string,
    sequence: Sequence,
    renderInput: (value: Input) => Rendering | Promise<Rendering>,
    rendering: Rendering | Promise<Rendering>,
    kind: 'display' | 'update' = 'display',
  ) {
    super();
    this.id = id;
    this.#sequence = sequence;
    this.#render = renderInput;
    this.#ready = sequence.send(rendering, (sent) => ({ kind, displayId: id, ...sent }));
  }

  /** At once unless the value takes time to be shown. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  update(value: Input): void {
    this.#replace(this.#render(value));
  }

  clear(): void {
    this.#replace(textRendering(''));
  }

  #replace(rendering: Rendering | Promise<Rendering>): void {
    this.#ready = this.#sequence.send(rendering, (sent) => ({ kind: 'update', displayId: this.id, ...sent }));
  }
}
