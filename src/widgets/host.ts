// What all widgets of a realm share: their channels, and the list by which a page finds them again.
import { types } from 'node:util';
import type { Output, Rendering } from '../api';
import type { CommEnd, CommManager } from '../comms/comms';
import { render } from '../display/render';
import type { Carry, DisplaySink } from '../display/sink';
import { type BufferPath, pack } from './packing';

/** Version of the widget protocol that is spoken here. */
const protocol = { version: '2.1.0' };

/** What the host needs to know of a widget. */
export interface Hosted {
  /** The whole state under the names of the wire. */
  wireState(): Record<string, unknown>;
}

export class WidgetHost {
  readonly carry: Carry;
  readonly emit: (output: Output) => void;
  readonly capture: NonNullable<DisplaySink['capture']>;
  readonly #manager: CommManager;
  readonly #widgets = new Map<string, Hosted>();
  readonly #ids = new WeakMap<object, string>();

  constructor(
    manager: CommManager,
    carry: Carry,
    emit: (output: Output) => void,
    capture: WidgetHost['capture'],
  ) {
    this.#manager = manager;
    this.carry = carry;
    this.emit = emit;
    this.capture = capture;
    manager.answer('jupyter.widget.control', (channel) => {
      channel.receive = ({ data }) => {
        if (data.method === 'request_states') this.#sendStates(channel);
      };
    });
  }

  /** Makes a widget known to the page. */
  open(widget: Hosted, state: object): CommEnd {
    const packed = this.pack(state);
    const channel = this.#manager.open(
      'jupyter.widget',
      { state: packed.state, buffer_paths: packed.bufferPaths },
      { metadata: protocol, buffers: packed.buffers },
    );
    this.#widgets.set(channel.id, widget);
    this.#ids.set(widget, channel.id);
    return channel;
  }

  /** Shows a value. A promise only when the value takes time to be shown. */
  show(value: unknown): void | Promise<void> {
    const emit = (rendering: Rendering) => this.emit({ kind: 'display', ...rendering });
    const rendering = render(value);
    return types.isPromise(rendering) ? rendering.then(emit) : emit(rendering);
  }

  forget(id: string): void {
    this.#widgets.delete(id);
  }

  find(id: string): Hosted | undefined {
    return this.#widgets.get(id);
  }

  pack(state: object) {
    return pack(state, (value) => this.#ids.get(value));
  }

  /** Everything that there is, for a page that was loaded again. */
  #sendStates(channel: CommEnd): void {
    const states: Record<string, unknown> = {};
    const bufferPaths: BufferPath[] = [];
    const buffers: Uint8Array[] = [];
    for (const [id, widget] of this.#widgets) {
      const state = widget.wireState();
      const packed = this.pack(state);
      states[id] = {
        model_name: state._model_name,
        model_module: state._model_module,
        model_module_version: state._model_module_version,
        state: packed.state,
      };
      for (const path of packed.bufferPaths) bufferPaths.push([id, 'state', ...path]);
      buffers.push(...packed.buffers);
    }
    channel.send({ method: 'update_states', states, buffer_paths: bufferPaths }, { buffers });
  }
}
