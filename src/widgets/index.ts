// The widgets of the user's cells.
import { type Comms, Comms as CommsClass } from '../comms/comms';
import type { DisplaySink } from '../display/sink';
import type { Globals } from '../globals';
import type { tskernel } from '../globals/widgets';
import { createAnyWidget } from './anywidget';
import { controls, Layout } from './controls';
import { WidgetHost } from './host';
import { interactWith } from './interact';
import { linkFields } from './link';
import { classOf, Widget, type WidgetKind } from './widget';

type WidgetGlobals = Pick<Globals, 'widgets' | 'widget' | 'interact' | 'link'>;

/** @returns the names that the user's cells get */
export function createWidgets(comms: Comms, sink: DisplaySink): WidgetGlobals {
  const host = new WidgetHost(
    CommsClass.managerOf(comms),
    sink.carry ?? ((work) => work),
    (output) => sink.emit(output),
    (work) => (sink.capture ? sink.capture(work) : work(undefined)),
  );
  const widgets = { Widget } as Record<string, unknown>;
  for (const [name, kind] of Object.entries<WidgetKind>({ ...controls, Layout })) {
    Object.defineProperty(widgets, name, { get: () => classOf(host, kind), enumerable: true });
  }
  return {
    widgets: widgets as unknown as tskernel.Widgets,
    widget: (options) => createAnyWidget(host, options),
    interact: (work, given) => interactWith(host, work as never, given),
    link: (source, target, options) => linkFields(host, source as never, target as never, options),
  };
}
