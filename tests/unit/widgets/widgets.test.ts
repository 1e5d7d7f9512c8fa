// Widgets, from both sides of their comms: the user's code here, the page there.
import { describe, expect, test } from '@jest/globals';
import type { CommMessage, JsonObject, Output, Rendering } from '../../../src/api';
import { createComms } from '../../../src/comms/comms';
import { render } from '../../../src/display/render';
import { isSilent } from '../../../src/display/symbols';
import { createWidgets } from '../../../src/widgets';

function notebook({ cell }: { cell?: string } = {}) {
  const outputs: Output[] = [];
  const heard: CommMessage[] = [];
  const emit = (output: Output) =>
    void (output.kind === 'comm' ? heard.push(output.message) : outputs.push(output));
  const comms = createComms(emit);
  const globals = createWidgets(comms, { emit, addPayload() {}, track() {}, capture: (work) => work(cell) });
  return {
    ...globals,
    outputs,
    heard,
    /** Messages about one widget, since it was opened. */
    about: (id: string) =>
      heard.filter(({ commId, kind }) => commId === id && kind !== 'open').map(({ data }) => data),
    opening: (id: string) => heard.find(({ commId, kind }) => commId === id && kind === 'open')!,
    say(commId: string, data: JsonObject, buffers: Uint8Array[] = []) {
      comms.receive({ kind: 'message', commId, data, metadata: {}, buffers });
    },
    move(widget: { id: string }, state: JsonObject, paths: string[][] = [], buffers: Uint8Array[] = []) {
      comms.receive({
        kind: 'message',
        commId: widget.id,
        data: { method: 'update', state, buffer_paths: paths },
        metadata: {},
        buffers,
      });
    },
    comms,
  };
}

describe('a slider', () => {
  test('is opened with its whole state, its layout and style before it', () => {
    const { widgets, heard, opening } = notebook();
    const slider = new widgets.IntSlider({ value: 5, layout: { width: '50%' } });
    expect(heard.map(({ kind, target }) => [kind, target])).toEqual([
      ['open', 'jupyter.widget'],
      ['open', 'jupyter.widget'],
      ['open', 'jupyter.widget'],
    ]);
    expect(opening(slider.id)).toMatchObject({ metadata: { version: '2.1.0' }, buffers: [] });
    expect(opening(slider.id).data).toEqual({
      state: {
        _model_module: '@jupyter-widgets/controls',
        _model_module_version: '2.0.0',
        _model_name: 'IntSliderModel',
        _view_module: '@jupyter-widgets/controls',
        _view_module_version: '2.0.0',
        _view_name: 'IntSliderView',
        _view_count: null,
        behavior: 'drag-tap',
        continuous_update: true,
        description: '',
        description_allow_html: false,
        disabled: false,
        layout: `IPY_MODEL_${slider.layout.id}`,
        max: 100,
        min: 0,
        orientation: 'horizontal',
        readout: true,
        readout_format: 'd',
        step: 1,
        style: `IPY_MODEL_${slider.style.id}`,
        tabbable: null,
        tooltip: null,
        value: 5,
      },
      buffer_paths: [],
    });
    expect(opening(slider.layout.id).data).toMatchObject({
      state: { _model_name: 'LayoutModel', _view_name: 'LayoutView', width: '50%' },
    });
    expect(opening(slider.style.id).data).toMatchObject({ state: { _model_name: 'SliderStyleModel' } });
  });

  test('shows itself as a view, and as text', () => {
    const { widgets } = notebook();
    const slider = new widgets.IntSlider({ value: 5 });
    expect((render(slider) as Rendering).data).toEqual({
      'application/vnd.jupyter.widget-view+json': { version_major: 2, version_minor: 0, model_id: slider.id },
      'text/plain': 'IntSlider { value: 5 }',
    });
  });

  test('set here, it moves there; set to the same, nothing is said', () => {
    const { widgets, about } = notebook();
    const slider = new widgets.IntSlider();
    slider.value = 7;
    slider.value = 7;
    slider.set({ max: 10, description: 'n' });
    slider.layout.width = '1em';
    expect(about(slider.id)).toEqual([
      { method: 'update', state: { value: 7 }, buffer_paths: [] },
      { method: 'update', state: { max: 10, description: 'n' }, buffer_paths: [] },
    ]);
    expect(about(slider.layout.id)).toEqual([
      { method: 'update', state: { width: '1em' }, buffer_paths: [] },
    ]);
  });

  test('moved there, it is echoed and its observers are told', () => {
    const { widgets, about, move } = notebook();
    const slider = new widgets.IntSlider({ value: 1 });
    const told: unknown[] = [];
    const observation = slider.observe('value', (value, before) => told.push([value, before]));
    move(slider, { value: 8, unknown_field: 1 });
    observation.stop();
    move(slider, { value: 9 });
    expect(told).toEqual([[8, 1]]);
    expect(slider.value).toBe(9);
    expect(about(slider.id)).toEqual([
      { method: 'echo_update', state: { value: 8 }, buffer_paths: [] },
      { method: 'echo_update', state: { value: 9 }, buffer_paths: [] },
    ]);
    expect(isSilent(observation)).toBe(true);
  });

  test('keeps its bounds, and tells the page when it had to', () => {
    const { widgets, about, move } = notebook();
    const slider = new widgets.IntSlider({ max: 10, value: 99 });
    expect(slider.value).toBe(10);
    move(slider, { max: 5 });
    expect(slider.value).toBe(5);
    expect(about(slider.id)).toEqual([
      { method: 'echo_update', state: { max: 5 }, buffer_paths: [] },
      { method: 'update', state: { value: 5 }, buffer_paths: [] },
    ]);
    expect(() => slider.set({ min: 6 })).toThrow('min (6) is greater than max (5)');
    expect(slider.min).toBe(0);
  });

  test('an observer may correct the value', () => {
    const { widgets, about, move } = notebook();
    const slider = new widgets.FloatSlider();
    slider.observe('value', (value) => {
      slider.value = Math.round(value);
    });
    move(slider, { value: 2.4 });
    expect(about(slider.id).at(-1)).toEqual({ method: 'update', state: { value: 2 }, buffer_paths: [] });
  });

  test('a field that it does not have', () => {
    const { widgets } = notebook();
    expect(() => new widgets.IntSlider({ valeu: 1 } as object)).toThrow('IntSlider has no "valeu"');
  });

  test('a cell can wait for the next value', async () => {
    const { widgets, move } = notebook();
    const slider = new widgets.IntSlider();
    const next = slider.next('value');
    move(slider, { value: 3 });
    expect(await next).toBe(3);
  });
});

describe('other controls', () => {
  test('options have values; the page knows labels and an index', () => {
    const { widgets, opening, move, about } = notebook();
    const dropdown = new widgets.Dropdown({
      options: new Map([
        ['one', 1],
        ['two', 2],
      ]),
      value: 2,
    });
    expect(opening(dropdown.id).data).toMatchObject({ state: { _options_labels: ['one', 'two'], index: 1 } });
    expect((opening(dropdown.id).data.state as JsonObject).options).toBeUndefined();
    const told: unknown[] = [];
    dropdown.observe(['value', 'label'], (value) => told.push(value));
    move(dropdown, { index: 0 });
    expect(told).toEqual(expect.arrayContaining([1, 'one']));
    dropdown.label = 'two';
    expect([dropdown.index, dropdown.value]).toEqual([1, 2]);
    dropdown.options = new Map([['zero', 0]]);
    expect([dropdown.index, dropdown.label, dropdown.value]).toEqual([0, 'zero', 0]);
    expect(about(dropdown.id).at(-1)).toEqual({
      method: 'update',
      state: { _options_labels: ['zero'], index: 0 },
      buffer_paths: [],
    });
    expect(() => {
      dropdown.value = 9;
    }).toThrow('9 is none of the options');
  });

  test('several options', () => {
    const { widgets, move } = notebook();
    const select = new widgets.SelectMultiple({ options: ['a', 'b', 'c'], value: ['b'] });
    expect(select.index).toEqual([1]);
    move(select, { index: [0, 2] });
    expect(select.value).toEqual(['a', 'c']);
  });

  test('a button is clicked', async () => {
    const { widgets, say } = notebook();
    const button = new widgets.Button({ description: 'go' });
    let clicks = 0;
    button.onClick(() => ++clicks);
    const clicked = button.clicked();
    say(button.id, { method: 'custom', content: { event: 'click' } });
    await clicked;
    expect(clicks).toBe(1);
  });

  test('a date is a Date', () => {
    const { widgets, opening, move } = notebook();
    const picker = new widgets.DatePicker({ value: new Date('2026-11-24') });
    expect(opening(picker.id).data).toMatchObject({ state: { value: { year: 2026, month: 10, date: 24 } } });
    move(picker, { value: { year: 2027, month: 0, date: 1 } });
    expect(picker.value).toEqual(new Date('2027-01-01'));
    move(picker, { value: null });
    expect(picker.value).toBeNull();
  });

  test('a file comes with its bytes, and is not sent back', () => {
    const { widgets, move, about } = notebook();
    const upload = new widgets.FileUpload();
    const file = { name: 'a.txt', type: 'text/plain', size: 2, last_modified: 0, content: null };
    move(upload, { value: [file], error: '' }, [['value', '0', 'content']], [new Uint8Array([104, 105])]);
    expect(upload.value).toEqual([
      {
        name: 'a.txt',
        type: 'text/plain',
        size: 2,
        lastModified: new Date(0),
        content: new Uint8Array([104, 105]),
      },
    ]);
    expect(about(upload.id)).toEqual([{ method: 'echo_update', state: { error: '' }, buffer_paths: [] }]);
  });

  test('an image has bytes', () => {
    const { widgets, opening } = notebook();
    const image = new widgets.Image({ value: new Uint8Array([1, 2]) });
    expect(opening(image.id)).toMatchObject({
      data: { buffer_paths: [['value']] },
      buffers: [new Uint8Array([1, 2])],
    });
    expect((opening(image.id).data.state as JsonObject).value).toBeUndefined();
  });

  test('boxes know their children by name', () => {
    const { widgets, opening, move } = notebook();
    const [a, b] = [new widgets.Label({ value: 'a' }), new widgets.Label({ value: 'b' })];
    const tab = new widgets.Tab({ children: [a, b], titles: ['A', 'B'] });
    expect(opening(tab.id).data).toMatchObject({
      state: {
        children: [`IPY_MODEL_${a.id}`, `IPY_MODEL_${b.id}`],
        titles: ['A', 'B'],
        selected_index: 0,
      },
    });
    move(tab, { selected_index: 1, children: [`IPY_MODEL_${b.id}`] });
    expect(tab.selectedIndex).toBe(1);
    expect(tab.children).toEqual([b]);
    expect(String(tab)).toContain('children: [ [Label] ]');
  });

  test('closing takes it from the page', () => {
    const { widgets, heard } = notebook();
    const label = new widgets.Label();
    label.close();
    expect(heard.at(-1)).toMatchObject({ kind: 'close', commId: label.id });
  });
});

describe('a page that is loaded again', () => {
  test('asks one widget', () => {
    const { widgets, say, about } = notebook();
    const label = new widgets.Label({ value: 'x' });
    say(label.id, { method: 'request_state' });
    expect(about(label.id)).toMatchObject([{ method: 'update', state: { value: 'x' } }]);
  });

  test('asks for all, bytes included', () => {
    const { widgets, comms, heard } = notebook();
    const label = new widgets.Label({ value: 'x' });
    const image = new widgets.Image({ value: new Uint8Array([1]) });
    const control = { commId: 'control', metadata: {}, buffers: [] };
    comms.receive({ ...control, kind: 'open', target: 'jupyter.widget.control', data: {} });
    comms.receive({ ...control, kind: 'message', data: { method: 'request_states' } });
    const { data, buffers } = heard.at(-1)!;
    expect(data).toMatchObject({
      method: 'update_states',
      states: {
        [label.id]: {
          model_name: 'LabelModel',
          model_module: '@jupyter-widgets/controls',
          model_module_version: '2.0.0',
          state: { value: 'x', _view_name: 'LabelView' },
        },
        [label.layout.id]: { model_name: 'LayoutModel' },
      },
      buffer_paths: [[image.id, 'state', 'value']],
    });
    expect(buffers).toEqual([new Uint8Array([1])]);
  });
});

describe('modules of the user', () => {
  test('functions become the text of a module', () => {
    const { widget, opening } = notebook();
    const counter = widget({
      esm: {
        render({ model, el }) {
          el.textContent = String(model.get('count'));
        },
        initialize: () => 1,
      },
      css: '.x { color: red }',
      state: { count: 1 },
    });
    const state = opening(counter.id).data.state as { [name: string]: string };
    expect(state).toMatchObject({
      _model_module: 'anywidget',
      _model_name: 'AnyModel',
      _view_name: 'AnyView',
      _css: '.x { color: red }',
      count: 1,
    });
    expect(state._esm).toMatch(
      /^export default \{\nrender\(\{ model, el \}\) \{[\s\S]*\},\ninitialize: \(\(\) => 1\)\n\}$/,
    );
  });

  test('state is shared, each field with its type', () => {
    const { widget, about, move } = notebook();
    const plot = widget({
      esm: 'export default {}',
      state: { zoom_level: 1, points: new Float32Array([1]) },
    });
    plot.zoom_level = 2;
    plot.points = new Float32Array([3]);
    expect(about(plot.id)).toEqual([
      { method: 'update', state: { zoom_level: 2 }, buffer_paths: [] },
      { method: 'update', state: {}, buffer_paths: [['points']] },
    ]);
    move(plot, {}, [['points']], [new Uint8Array(new Float32Array([5, 6]).buffer)]);
    expect(plot.points).toEqual(new Float32Array([5, 6]));
  });

  test('messages of their own, with bytes', () => {
    const { widget, say, heard } = notebook();
    const thing = widget({ esm: 'export default {}' });
    const told: unknown[] = [];
    thing.onMessage((content, buffers) => told.push(content, buffers));
    say(thing.id, { method: 'custom', content: { hi: 1 } }, [new Uint8Array([7])]);
    thing.send({ yo: 2 }, [new Uint8Array([8])]);
    expect(told).toEqual([{ hi: 1 }, [new Uint8Array([7])]]);
    expect(heard.at(-1)).toMatchObject({
      data: { method: 'custom', content: { yo: 2 } },
      buffers: [new Uint8Array([8])],
    });
  });

  test('a field whose name is taken is reached by get and set', () => {
    const { widget } = notebook();
    const thing = widget({ esm: 'export default {}', state: { send: 1 } });
    expect(thing.get('send')).toBe(1);
    expect(typeof thing.send).toBe('function');
  });
});

describe('link', () => {
  test('two fields follow each other', () => {
    const { widgets, link } = notebook();
    const [slider, text] = [new widgets.IntSlider({ value: 3 }), new widgets.IntText()];
    const joined = link([slider, 'value'], [text, 'value']);
    expect(text.value).toBe(3);
    text.value = 500;
    expect([slider.value, text.value]).toEqual([100, 100]);
    joined.unlink();
    slider.value = 1;
    expect(text.value).toBe(100);
  });

  test('in the page', () => {
    const { widgets, link, heard } = notebook();
    const [tab, slider] = [new widgets.Tab(), new widgets.IntSlider()];
    link([tab, 'selectedIndex'], [slider, 'value'], { inPage: true, oneWay: true });
    expect(heard.at(-1)!.data).toMatchObject({
      state: {
        _model_name: 'DirectionalLinkModel',
        _view_name: null,
        source: [`IPY_MODEL_${tab.id}`, 'selected_index'],
        target: [`IPY_MODEL_${slider.id}`, 'value'],
      },
    });
  });
});

describe('output widget', () => {
  test('tells the page what to capture, and when to stop', () => {
    const { widgets, about, outputs } = notebook({ cell: 'cell-1' });
    const output = new widgets.Output();
    expect(output.run(() => 42)).toBe(42);
    output.clear({ wait: true });
    expect(about(output.id).map(({ state }) => state)).toEqual([
      { msg_id: 'cell-1' },
      { msg_id: '' },
      { msg_id: 'cell-1' },
      { msg_id: '' },
    ]);
    expect(outputs).toEqual([{ kind: 'clear', wait: true }]);
  });

  test('captures until a promise settles; also what throws ends', async () => {
    const { widgets } = notebook({ cell: 'cell-1' });
    const output = new widgets.Output();
    let finish = () => {};
    const running = output.run(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    expect(output.msgId).toBe('cell-1');
    finish();
    await running;
    expect(output.msgId).toBe('');
    expect(() =>
      output.run(() => {
        throw new Error('x');
      }),
    ).toThrow('x');
    expect(output.msgId).toBe('');
  });
});

describe('interact', () => {
  const texts = (outputs: Output[]) =>
    outputs.map((output) =>
      'data' in output ? output.data['text/plain'] : output.kind === 'text' ? output.text : output.kind,
    );

  test('makes controls, shows the result, and again after each change', () => {
    const { interact, move, outputs, heard } = notebook({ cell: 'c' });
    const interaction = interact(({ n, word, on }) => `${word}${n}${on}`, {
      n: { min: 0, max: 9 },
      word: 'x',
      on: true,
    });
    const names = heard.map(({ data }) => (data.state as JsonObject)._model_name);
    expect(names).toEqual(
      expect.arrayContaining(['IntSliderModel', 'TextModel', 'CheckboxModel', 'VBoxModel']),
    );
    move(interaction.controls.n!, { value: 7 });
    expect(texts(outputs).slice(1)).toEqual(["'x4true'", 'clear', "'x7true'"]);
    interaction.stop();
    move(interaction.controls.n!, { value: 8 });
    expect(outputs).toHaveLength(4);
    expect(isSilent(interaction)).toBe(true);
  });

  test.each<[string, unknown, object]>([
    ['a whole number', 5, { value: 5, min: -5, max: 15, step: 1, readoutFormat: 'd' }],
    ['a fraction', 0.5, { value: 0.5, min: -0.5, max: 1.5, readoutFormat: '.2f' }],
    ['a range', { min: 2, max: 8 }, { value: 5, min: 2, max: 8, step: 1, readoutFormat: 'd' }],
    [
      'a range of fractions',
      { min: 0, max: 1 },
      { value: 0.5, min: 0, max: 1, step: 0.01, readoutFormat: '.2f' },
    ],
    ['options', ['a', 'b'], { options: ['a', 'b'], value: 'a' }],
    ['labelled options', { one: 1 }, { label: 'one', value: 1 }],
    ['a text', 'x', { value: 'x', placeholder: '\u200b' }],
    ['a date', new Date(0), { value: new Date(0) }],
  ])('%s makes a control', (_name, given, expected) => {
    const { interact } = notebook();
    expect(interact(() => undefined, { x: given }).controls.x).toMatchObject({
      description: 'x',
      ...expected,
    });
  });

  test('an asynchronous function runs once at a time, last with the last state', async () => {
    const { interact, move } = notebook({ cell: 'c' });
    const ran: number[] = [];
    const releases: (() => void)[] = [];
    let ended = 0;
    const interaction = interact(
      async ({ n }) => {
        ran.push(n);
        await new Promise<void>((resolve) => releases.push(resolve));
        ended++;
      },
      { n: 1 },
    );
    for (const value of [2, 3]) move(interaction.controls.n!, { value });
    expect(ran).toEqual([1]);
    releases.shift()!();
    while (ran.length < 2) await Promise.resolve();
    expect([ran, ended]).toEqual([[1, 3], 1]);
    releases.shift()!();
  });

  test('an error is shown in its place', () => {
    const { interact, outputs } = notebook();
    interact(
      () => {
        throw new Error('no luck');
      },
      { n: 1 },
    );
    expect(texts(outputs).at(-1)).toContain('no luck');
  });
});
