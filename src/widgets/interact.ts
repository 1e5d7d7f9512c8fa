// Controls for the arguments of a function, and its result below them, made anew with each change.
// Rule: the function runs once at a time; of the changes that come meanwhile only the last state counts.
import { types } from 'node:util';
import { Silent } from '../display/symbols';
import type { tskernel } from '../globals/widgets';
import { controls } from './controls';
import type { WidgetHost } from './host';
import { classOf, Widget } from './widget';

/** The controls of an `interact`. As the value of a cell it shows nothing more. */
export class Interaction extends Silent implements tskernel.Interaction {
  readonly controls: { readonly [name: string]: Widget };
  readonly output: Widget & tskernel.Capture;
  readonly #run: () => void;
  readonly #stop: () => void;

  constructor(parts: Pick<Interaction, 'controls' | 'output'>, run: () => void, stop: () => void) {
    super();
    this.controls = parts.controls;
    this.output = parts.output;
    this.#run = run;
    this.#stop = stop;
  }

  update(): void {
    this.#run();
  }

  stop(): void {
    this.#stop();
  }
}

export function interactWith(
  host: WidgetHost,
  work: (values: Record<string, unknown>) => unknown,
  given: { readonly [name: string]: unknown },
): Interaction {
  const names = Object.keys(given);
  const widgets: Record<string, Widget & { value: unknown }> = {};
  for (const name of names) widgets[name] = toControl(host, name, given[name]);
  const output = new (classOf(host, controls.Output))() as Widget & tskernel.Capture;
  void host.show(new (classOf(host, controls.VBox))({ children: [...Object.values(widgets), output] }));

  let isRunning = false;
  let isStale = false;
  let isFirst = true;
  const once = (): unknown => {
    const values: Record<string, unknown> = {};
    for (const name of names) values[name] = widgets[name]!.value;
    if (!isFirst) output.clear({ wait: true });
    isFirst = false;
    return output.run(() => {
      try {
        const result = work(values);
        return types.isPromise(result) ? result.then(present).catch(fail) : present(result);
      } catch (error) {
        return fail(error);
      }
    });
  };
  const present = (result: unknown): void | Promise<void> => {
    if (result !== undefined && !Silent.is(result)) return host.show(result);
  };
  const fail = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? String(error)) : `Uncaught ${String(error)}`;
    host.emit({ kind: 'text', stream: 'stderr', text: `${text}\n` });
  };
  const run = (): void => {
    isStale = true;
    if (!isRunning) void untilFresh();
  };
  const untilFresh = (): void | Promise<void> => {
    isRunning = true;
    while (isStale) {
      isStale = false;
      const pending = once();
      if (types.isPromise(pending)) return pending.then(untilFresh);
    }
    isRunning = false;
  };

  const observations = names.map((name) =>
    (widgets[name] as Widget<{ value: unknown }>).observe('value', run),
  );
  run();
  return new Interaction({ controls: widgets, output }, run, () => {
    for (const observation of observations) observation.stop();
  });
}

function toControl(host: WidgetHost, name: string, given: unknown): Widget & { value: unknown } {
  if (given instanceof Widget) return given as unknown as Widget & { value: unknown };
  const [kind, fields] = controlFor(given);
  return new (classOf(host, controls[kind]))({ description: name, ...fields }) as Widget & { value: unknown };
}

function controlFor(given: unknown): [kind: keyof typeof controls, fields: object] {
  switch (typeof given) {
    case 'boolean':
      return ['Checkbox', { value: given }];
    case 'string':
      return ['Text', { value: given }];
    case 'number':
      return sliderFor(rangeAround(given));
    case 'object':
      if (given === null) break;
      if (given instanceof Date) return ['DatePicker', { value: given }];
      if (isRange(given)) return sliderFor(given);
      return ['Dropdown', { options: given }];
  }
  throw new TypeError(
    'interact makes controls of numbers, ranges, booleans, texts, dates, options and widgets',
  );
}

function isRange(given: object): given is tskernel.Range {
  return 'min' in given && 'max' in given && typeof given.min === 'number' && typeof given.max === 'number';
}

function rangeAround(value: number): tskernel.Range {
  const reach = value === 0 ? 1 : Math.abs(value);
  const [min, max] = value < 0 ? [-3 * reach, reach] : [value === 0 ? 0 : -reach, 3 * reach];
  return { min, max, value, step: Number.isInteger(value) ? 1 : undefined };
}

function sliderFor({ min, max, step, value }: tskernel.Range): ['IntSlider' | 'FloatSlider', object] {
  const start = value ?? (min + max) / 2;
  // Between 0 and 1 nobody means whole numbers, unless the step says so.
  const isWhole =
    [min, max, step ?? 1, value ?? min].every(Number.isInteger) && (step !== undefined || max - min > 1);
  if (isWhole) return ['IntSlider', { min, max, step: step ?? 1, value: Math.floor(start) }];
  return ['FloatSlider', { min, max, step: step ?? (max - min) / 100, value: start }];
}
