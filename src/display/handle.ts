// What display() returns: the place on the page, to be filled anew.
import type { Rendering } from '../api';
import { textRendering } from './bundle';
import type { Sequence } from './sink';
import { Silent } from './symbols';

/** Something that is shown. As the value of a cell it shows nothing more. */
export class DisplayHandle<Input = unknown> extends Silent {
  /** The display id: `display.update(id, value)` changes the same place. */
  readonly id: string;
  readonly #sequence: Sequence;
  readonly #render: (value: Input) => Rendering | Promise<Rendering>;
  #ready: Promise<void>;

  constructor(
    id: string,
    sequence: Sequence,
    renderInput: (value: Input) => Rendering | Promise<Rendering>,
    rendering: Rendering | Promise<Rendering>,
  ) {
    super();
    this.id = id;
    this.#sequence = sequence;
    this.#render = renderInput;
    this.#ready = sequence.send(rendering, (sent) => ({ kind: 'display', displayId: id, ...sent }));
  }

  /** Resolves when what was given last is on its way to the page; at once unless the value takes time to be shown. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Shows something else in the same place, in the same way: a handle of `display.html` takes HTML. */
  update(value: Input): void {
    this.#replace(this.#render(value));
  }

  /** Empties the place; a later `update` fills it again. */
  clear(): void {
    this.#replace(textRendering(''));
  }

  #replace(rendering: Rendering | Promise<Rendering>): void {
    this.#ready = this.#sequence.send(rendering, (sent) => ({ kind: 'update', displayId: this.id, ...sent }));
  }
}
