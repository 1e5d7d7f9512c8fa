// A widget: a state that the page and the user's code both see and change.
// Rule: a change made here goes to the page at once; a change of the page is echoed first, then told to the observers.
import { isDeepStrictEqual } from 'node:util';
import { type CommEnd, type CommEvent, toListener } from '../comms/comms';
import { displaySymbol, Silent } from '../display/symbols';
import type { tskernel } from '../globals/widgets';
import { inspect, isArray } from '../realm/builtins';
import type { WidgetHost } from './host';
import { type BufferPath, isBytes, unpack } from './packing';

/** What makes one kind of widget: the names by which the page knows it, and its state. */
export interface WidgetKind {
  readonly name: string;
  readonly model: ModelName;
  /** Absent for what is not shown by itself. */
  readonly view?: ModelName;
  /** Field by field, the value that a new widget has. */
  readonly defaults: { readonly [field: string]: unknown };
  /** Fields that the page does not know. */
  readonly local?: readonly string[];
  /** Fields that travel in another form than the one in which they are used. */
  readonly codecs?: { readonly [field: string]: ValueCodec };
  /** Fields that are widgets themselves, with the kind that a plain object becomes. */
  readonly parts?: { readonly [field: string]: WidgetKind };
  /** Fields whose changes are too large to be sent back to the page that made them. */
  readonly unechoed?: readonly string[];
  /** Whether fields are named on the wire as they are here; else `continuousUpdate` is `continuous_update`. */
  readonly verbatim?: boolean;
  /** Whether fields that are null need no mention: the page has the same defaults. */
  readonly sparse?: boolean;
  /** What its widgets can do besides. */
  readonly methods?: object;
  /** What else a change brings with it: bounds kept, what depends on it. Throws for what cannot be. */
  complete?(patch: Record<string, unknown>, state: Readonly<Record<string, unknown>>): void;
}

export interface ModelName {
  readonly module: string;
  readonly version: string;
  readonly name: string;
}

export interface ValueCodec {
  toWire(value: unknown): unknown;
  fromWire(value: unknown): unknown;
}

type State = Record<string, unknown>;

/** Stops an observer. As the value of a cell it shows nothing. */
export class Observation extends Silent implements tskernel.Observation {
  readonly #stop: () => void;

  constructor(stop: () => void) {
    super();
    this.#stop = stop;
  }

  stop(): void {
    this.#stop();
  }
}

/** `Fields` are the names and types of the state. */
export class Widget<Fields extends object = object> implements tskernel.Widget<Fields> {
  readonly #host: WidgetHost;
  readonly #kind: WidgetKind;
  readonly #channel: CommEnd;
  readonly #state: State;
  readonly #observers = new Map<string, Set<(value: never, before: never) => void>>();
  readonly #messageListeners = new Set<(content: unknown, buffers: readonly Uint8Array[]) => void>();

  /** @internal */
  constructor(host: WidgetHost, kind: WidgetKind, initial: object = {}) {
    this.#host = host;
    this.#kind = kind;
    const patch = this.#checked(withoutUndefined(initial));
    kind.complete?.(patch, kind.defaults);
    for (const field of Object.keys(kind.parts ?? {})) patch[field] ??= this.#toPart(field, {});
    this.#state = { ...kind.defaults, ...patch };
    this.#channel = host.open(this, this.wireState());
    this.#channel.receive = (message) => this.#receive(message);
    this.#channel.closed = () => host.forget(this.id);
  }

  /** @internal */
  static hostOf(widget: Widget): WidgetHost {
    return widget.#host;
  }

  get id(): string {
    return this.#channel.id;
  }

  get<Name extends keyof Fields>(name: Name): Fields[Name] {
    return this.#state[name as string] as Fields[Name];
  }

  set<Name extends keyof Fields>(name: Name, value: Fields[Name]): void;
  set(fields: Partial<Fields>): void;
  set(nameOrFields: PropertyKey | object, value?: unknown): void {
    const fields = typeof nameOrFields === 'object' ? nameOrFields : { [nameOrFields]: value };
    const patch = this.#checked({ ...fields });
    this.#kind.complete?.(patch, this.#state);
    const changed = this.#apply(patch, isSamePrimitive);
    this.#sendUpdate(Object.keys(changed));
    this.#tell(changed);
  }

  observe<Name extends keyof Fields>(
    name: Name | readonly Name[],
    listener: (value: Fields[Name], before: Fields[Name]) => unknown,
  ): Observation {
    const carried = toListener(this.#host.carry, listener) as (value: never, before: never) => void;
    const names = (isArray(name) ? name : [name]) as string[];
    for (const one of names) {
      const observers = this.#observers.get(one) ?? new Set();
      this.#observers.set(one, observers.add(carried));
    }
    return new Observation(() => {
      for (const one of names) this.#observers.get(one)?.delete(carried);
    });
  }

  next<Name extends keyof Fields>(name: Name): Promise<Fields[Name]> {
    return new Promise((resolve) => {
      const observation = this.observe(name, (value) => {
        observation.stop();
        resolve(value);
      });
    });
  }

  send(content: unknown, buffers: readonly tskernel.Bytes[] = []): void {
    this.#channel.send({ method: 'custom', content }, { buffers });
  }

  onMessage(listener: (content: unknown, buffers: readonly Uint8Array[]) => unknown): Observation {
    const carried = toListener(this.#host.carry, listener);
    this.#messageListeners.add(carried);
    return new Observation(() => void this.#messageListeners.delete(carried));
  }

  close(): void {
    this.#channel.close();
    this.#host.forget(this.id);
  }

  [displaySymbol](): object {
    const bundle = { 'text/plain': this.toString() };
    if (!this.#kind.view) return bundle;
    const view = { version_major: 2, version_minor: 0, model_id: this.id };
    return { ...bundle, 'application/vnd.jupyter.widget-view+json': view };
  }

  /** The kind of widget, and what is not as in a new one. */
  toString(): string {
    return inspect(this);
  }

  [inspect.custom](depth: number, options: object): string {
    const { name, defaults, parts = {} } = this.#kind;
    if (depth < 0) return `[${name}]`;
    const told: State = {};
    for (const [field, value] of Object.entries(this.#state)) {
      if (!field.startsWith('_') && !(field in parts) && !isDeepStrictEqual(value, defaults[field]))
        told[field] = value;
    }
    return `${name} ${inspect(told, { ...options, depth: depth - 1 })}`;
  }

  /** @internal The whole state under the names of the wire. */
  wireState(): State {
    const { model, view, sparse } = this.#kind;
    const fields = Object.keys(this.#state).filter((field) => !sparse || this.#state[field] !== null);
    return {
      _model_module: model.module,
      _model_module_version: model.version,
      _model_name: model.name,
      _view_module: (view ?? model).module,
      _view_module_version: (view ?? model).version,
      _view_name: view?.name ?? null,
      _view_count: null,
      ...this.#toWire(fields),
    };
  }

  /** Fields of this kind only; plain objects become the widgets that they stand for. */
  #checked(patch: State): State {
    for (const field of Object.keys(patch)) {
      if (!Object.hasOwn(this.#kind.defaults, field))
        throw new TypeError(`${this.#kind.name} has no "${field}"`);
      patch[field] = this.#toPart(field, patch[field]);
    }
    return patch;
  }

  #toPart(field: string, value: unknown): unknown {
    const part = this.#kind.parts?.[field];
    if (!part || value instanceof Widget) return value;
    return new (classOf(this.#host, part))((value ?? {}) as object);
  }

  /** @returns the fields that changed, with what they were before */
  #apply(patch: State, isSame: (before: unknown, value: unknown) => boolean): State {
    const changed: State = {};
    for (const [field, value] of Object.entries(patch)) {
      const before = this.#state[field];
      if (isSame(before, value)) continue;
      changed[field] = before;
      this.#state[field] = value;
    }
    return changed;
  }

  #tell(changed: State): void {
    for (const [field, before] of Object.entries(changed)) {
      const value = this.#state[field];
      for (const observer of [...(this.#observers.get(field) ?? [])])
        observer(value as never, before as never);
    }
  }

  #receive({ data, buffers }: CommEvent): void {
    switch (data.method) {
      case 'update':
        return this.#accept(data, buffers);
      case 'request_state':
        return this.#sendUpdate(Object.keys(this.#state));
      case 'custom':
        for (const listener of [...this.#messageListeners]) listener(data.content, buffers);
        return;
    }
  }

  /** A change of the page. */
  #accept(data: CommEvent['data'], buffers: readonly Uint8Array[]): void {
    const paths = (data.buffer_paths ?? []) as unknown as BufferPath[];
    const wire = unpack((data.state ?? {}) as object, paths, buffers, (id) => this.#host.find(id));
    const patch: State = {};
    const echo: State = {};
    for (const field of Object.keys(this.#kind.defaults)) {
      const name = this.#wireName(field);
      if (!Object.hasOwn(wire, name) || this.#kind.local?.includes(field)) continue;
      const received = wire[name];
      if (!this.#kind.unechoed?.includes(field)) echo[name] = received;
      const codec = this.#kind.codecs?.[field];
      patch[field] = codec ? codec.fromWire(received) : likeBefore(received, this.#state[field]);
    }
    // The page ignores updates of these fields until it receives the echo of its own change.
    if (Object.keys(echo).length > 0) this.#send('echo_update', echo);
    const told = { ...patch };
    this.#kind.complete?.(patch, this.#state);
    const changed = this.#apply(patch, isDeepStrictEqual);
    this.#sendUpdate(Object.keys(changed).filter((field) => !Object.is(patch[field], told[field])));
    this.#tell(changed);
  }

  #sendUpdate(fields: readonly string[]): void {
    const state = this.#toWire(fields);
    if (Object.keys(state).length > 0 && this.#channel.isOpen) this.#send('update', state);
  }

  #send(method: 'update' | 'echo_update', wire: State): void {
    const { state, bufferPaths, buffers } = this.#host.pack(wire);
    this.#channel.send({ method, state, buffer_paths: bufferPaths }, { buffers });
  }

  #toWire(fields: readonly string[]): State {
    const { local, codecs } = this.#kind;
    const wire: State = {};
    for (const field of fields) {
      if (local?.includes(field)) continue;
      const codec = codecs?.[field];
      wire[this.#wireName(field)] = codec ? codec.toWire(this.#state[field]) : this.#state[field];
    }
    return wire;
  }

  #wireName(field: string): string {
    if (this.#kind.verbatim) return field;
    return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  }
}

/** Bytes arrive as a Uint8Array: made what the field held before, for example a Float32Array. */
function likeBefore(received: unknown, before: unknown): unknown {
  if (!isBytes(received) || !isBytes(before)) return received;
  const bytes = received as Uint8Array;
  const copy = new Uint8Array(bytes).buffer;
  if (before instanceof ArrayBuffer) return copy;
  if (before instanceof Uint8Array) return received;
  const View = before.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  const size = (before as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  return copy.byteLength % size === 0 ? new View(copy) : received;
}

function withoutUndefined(fields: object): State {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** An array or object may have been changed inside and be set again: it counts as another one. */
function isSamePrimitive(before: unknown, value: unknown): boolean {
  return Object.is(before, value) && (typeof value !== 'object' || value === null);
}

type SomeWidgetClass = new (initial?: object) => Widget;

const classes = new WeakMap<WidgetHost, Map<WidgetKind, SomeWidgetClass>>();

/** The class of a kind, made when it is first asked for. */
export function classOf(host: WidgetHost, kind: WidgetKind): SomeWidgetClass {
  const known = classes.get(host) ?? new Map<WidgetKind, SomeWidgetClass>();
  classes.set(host, known);
  const made = known.get(kind) ?? createClass(host, kind);
  known.set(kind, made);
  return made;
}

/** Fields of the kind are properties of its widgets. */
function createClass(host: WidgetHost, kind: WidgetKind): SomeWidgetClass {
  const { name, defaults, methods = {} } = kind;
  const made = {
    [name]: class extends Widget {
      constructor(initial?: object) {
        super(host, kind, initial);
      }
    },
  }[name]!;
  defineFields(made.prototype, Object.keys(defaults));
  Object.defineProperties(made.prototype, Object.getOwnPropertyDescriptors(methods));
  return made;
}

/** Makes fields properties of an object, except where their name is taken. */
export function defineFields(target: object, fields: readonly string[]): void {
  for (const field of fields) {
    if (field in target) continue;
    Object.defineProperty(target, field, {
      get(this: Widget<State>) {
        return this.get(field);
      },
      set(this: Widget<State>, value: unknown) {
        this.set(field, value);
      },
      enumerable: true,
      configurable: true,
    });
  }
}
