// The widgets of the user's cells.
import { type Comms, Comms as CommsClass } from '../comms/comms';
import type { DisplaySink } from '../display/sink';
import { type AnyWidget, type AnyWidgetOptions, createAnyWidget } from './anywidget';
import { type Control, controls, type FieldsOf, Layout, type MethodsOf } from './controls';
import { WidgetHost } from './host';
import { type ArgumentValue, type Interaction, interactWith } from './interact';
import { type LinkOptions, linkFields, type Unlink } from './link';
import type { MultipleSelection, Options, Selection } from './selection';
import { classOf, Widget } from './widget';

/** Fields for a new widget: those that are widgets may be given as plain objects. */
export type Initial<Fields> = {
  [Name in keyof Fields]?: Fields[Name] extends Widget<infer Part>
    ? Fields[Name] | Partial<Part>
    : Fields[Name];
};

export interface WidgetClass<Fields extends object, Methods extends object = object> {
  new (initial?: Initial<Fields>): Widget<Fields> & Fields & Methods;
}

/** A class whose values have the type of its options. */
export interface SelectionClass<Fields extends object> {
  new <Value>(
    initial: Initial<Omit<Fields, keyof Selection<Value>>> &
      Pick<Selection<Value>, 'options'> &
      Partial<Selection<Value>>,
  ): Widget<Omit<Fields, keyof Selection<Value>> & Selection<Value>> &
    Omit<Fields, keyof Selection<Value>> &
    Selection<Value>;
}

export interface MultipleSelectionClass<Fields extends object> {
  new <Value>(
    initial: Initial<Omit<Fields, keyof MultipleSelection<Value>>> &
      Pick<MultipleSelection<Value>, 'options'> &
      Partial<MultipleSelection<Value>>,
  ): Widget<Omit<Fields, keyof MultipleSelection<Value>> & MultipleSelection<Value>> &
    Omit<Fields, keyof MultipleSelection<Value>> &
    MultipleSelection<Value>;
}

type ClassOf<Kind> =
  FieldsOf<Kind> extends infer Fields extends object
    ? Fields extends { options: Options<unknown>; index: number | null }
      ? SelectionClass<Fields>
      : Fields extends { options: Options<unknown>; index: readonly number[] }
        ? MultipleSelectionClass<Fields>
        : WidgetClass<Fields, MethodsOf<Kind> extends object ? MethodsOf<Kind> : object>
    : never;

type Table = typeof controls & { Layout: typeof Layout };

/** The classes by name, and `Widget`, of which all of them are. */
export type Widgets = { readonly [Name in keyof Table]: ClassOf<Table[Name]> } & {
  readonly Widget: typeof Widget;
};

/** The names that the user's cells get. */
export interface WidgetGlobals {
  readonly widgets: Widgets;
  /** Makes a widget of a module that runs in the page (anywidget). */
  readonly widget: <State extends object>(options: AnyWidgetOptions<State>) => AnyWidget<State>;
  /** Shows controls for the arguments of a function, and calls it with their values, now and after each change. */
  readonly interact: <Given extends Record<string, unknown>>(
    work: (values: { [Name in keyof Given]: ArgumentValue<Given[Name]> }) => unknown,
    given: Given,
  ) => Interaction;
  /** Lets a field of one widget follow a field of another one, and the other way round. */
  readonly link: <Source extends object, Target extends object>(
    source: readonly [Widget<Source>, keyof Source & string],
    target: readonly [Widget<Target>, keyof Target & string],
    options?: LinkOptions,
  ) => Unlink;
}

export function createWidgets(comms: Comms, sink: DisplaySink): WidgetGlobals {
  const host = new WidgetHost(
    CommsClass.managerOf(comms),
    sink.carry ?? ((work) => work),
    (output) => sink.emit(output),
    () => sink.cellName?.(),
  );
  const widgets = { Widget } as Record<string, unknown>;
  for (const [name, kind] of Object.entries({ ...controls, Layout } as Record<string, Control<object>>)) {
    Object.defineProperty(widgets, name, { get: () => classOf(host, kind), enumerable: true });
  }
  return {
    widgets: widgets as unknown as Widgets,
    widget: (options) => createAnyWidget(host, options),
    interact: (work, given) => interactWith(host, work as never, given),
    link: (source, target, options) => linkFields(host, source as never, target as never, options),
  };
}
