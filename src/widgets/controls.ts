// The core controls of ipywidgets 8, as a table: the names of their models and views, and their state with its defaults.
// Rule: a field stands here once, with the value of a new widget; its type is the type of that value.
import { type OutputWidget, outputMethods } from './output';
import {
  completeSelection,
  completeSelections,
  multipleFields,
  selectionFields,
  selectionLocals,
} from './selection';
import {
  bounded,
  boundedPower,
  boundedRange,
  boundedWhole,
  day,
  files,
  moment,
  openFirst,
  type UploadedFile,
  whole,
} from './values';
import type { ModelName, Observation, Widget, WidgetKind } from './widget';

/** A kind whose fields and methods have types. */
export interface Control<Fields extends object, Methods extends object = object> extends WidgetKind {
  readonly defaults: WidgetKind['defaults'] & Fields;
  readonly methods?: Methods;
}

/** A widget that is a field of another one. */
type Part<Fields extends object> = Widget<Fields> & Fields;

type Extras<Methods extends object> = Omit<
  Partial<WidgetKind>,
  'name' | 'defaults' | 'model' | 'view' | 'methods'
> & {
  readonly model?: string;
  readonly view?: string;
  readonly methods?: Methods;
};

const controlsModule = { module: '@jupyter-widgets/controls', version: '2.0.0' };
const baseModule = { module: '@jupyter-widgets/base', version: '2.0.0' };
const outputModule = { module: '@jupyter-widgets/output', version: '1.0.0' };

/** CSS: null leaves it to the page. */
const css = null as string | null;

function kind<Fields extends object, Methods extends object>(
  name: string,
  model: ModelName,
  view: ModelName | undefined,
  defaults: Fields,
  { model: _model, view: _view, ...rest }: Extras<Methods> = {},
): Control<Fields, Methods> {
  return {
    name,
    model,
    ...(view && { view }),
    defaults: defaults as Fields & WidgetKind['defaults'],
    ...rest,
  };
}

function style<Fields extends object>(name: string, defaults: Fields): Control<Fields> {
  const model = { ...controlsModule, name: `${name}Model` };
  return kind(name, model, { ...baseModule, name: 'StyleView' }, defaults, { sparse: true });
}

const fonts = {
  fontFamily: css,
  fontSize: css,
  fontStyle: css,
  fontVariant: css,
  fontWeight: css,
  textColor: css,
  textDecoration: css,
};
const textStyle = { descriptionWidth: '', background: css, fontSize: css, textColor: css };

export const Layout = kind(
  'Layout',
  { ...baseModule, name: 'LayoutModel' },
  { ...baseModule, name: 'LayoutView' },
  {
    alignContent: css,
    alignItems: css,
    alignSelf: css,
    borderBottom: css,
    borderLeft: css,
    borderRight: css,
    borderTop: css,
    bottom: css,
    display: css,
    flex: css,
    flexFlow: css,
    gridArea: css,
    gridAutoColumns: css,
    gridAutoFlow: css,
    gridAutoRows: css,
    gridColumn: css,
    gridGap: css,
    gridRow: css,
    gridTemplateAreas: css,
    gridTemplateColumns: css,
    gridTemplateRows: css,
    height: css,
    justifyContent: css,
    justifyItems: css,
    left: css,
    margin: css,
    maxHeight: css,
    maxWidth: css,
    minHeight: css,
    minWidth: css,
    objectFit: css,
    objectPosition: css,
    order: css,
    overflow: css,
    padding: css,
    right: css,
    top: css,
    visibility: css,
    width: css,
  },
  { sparse: true },
);
type LayoutFields = typeof Layout extends Control<infer Fields> ? Fields : never;

const DescriptionStyle = style('DescriptionStyle', { descriptionWidth: '' });
const SliderStyle = style('SliderStyle', { descriptionWidth: '', handleColor: css });
const ProgressStyle = style('ProgressStyle', { descriptionWidth: '', barColor: css });
const ButtonStyle = style('ButtonStyle', { buttonColor: css, ...fonts });
const ToggleButtonStyle = style('ToggleButtonStyle', { descriptionWidth: '', ...fonts });
const ToggleButtonsStyle = style('ToggleButtonsStyle', {
  descriptionWidth: '',
  buttonWidth: '',
  fontWeight: '',
});
const CheckboxStyle = style('CheckboxStyle', { descriptionWidth: '', background: css });
const TextStyle = style('TextStyle', textStyle);
const HTMLStyle = style('HTMLStyle', textStyle);
const HTMLMathStyle = style('HTMLMathStyle', textStyle);
const LabelStyle = style('LabelStyle', { descriptionWidth: '', background: css, ...fonts });

/** What every visible widget has. */
export const visibleFields = {
  layout: undefined as unknown as Part<LayoutFields>,
  tabbable: null as boolean | null,
  tooltip: null as string | null,
};

/** A widget without description: boxes, pictures. */
function visible<Fields extends object, Methods extends object = object>(
  name: string,
  defaults: Fields,
  extras: Extras<Methods> = {},
  module = controlsModule,
): Control<typeof visibleFields & Fields, Methods> {
  const model = { ...module, name: extras.model ?? `${name}Model` };
  const view = { ...module, name: extras.view ?? `${name}View` };
  const parts = { layout: Layout as WidgetKind, ...extras.parts };
  return kind(name, model, view, { ...visibleFields, ...defaults }, { ...extras, parts });
}

interface Described {
  description: string;
  descriptionAllowHtml: boolean;
}

/** A widget with a description before it. */
function described<StyleFields extends object, Fields extends object, Methods extends object = object>(
  name: string,
  styleKind: Control<StyleFields>,
  defaults: Fields,
  extras: Extras<Methods> = {},
): Control<typeof visibleFields & Described & { style: Part<StyleFields> } & Fields, Methods> {
  const common = {
    description: '',
    descriptionAllowHtml: false,
    style: undefined as unknown as Part<StyleFields>,
  };
  return visible(name, { ...common, ...defaults }, { ...extras, parts: { style: styleKind } });
}

/** A widget for input by the user. */
function control<StyleFields extends object, Fields extends object, Methods extends object = object>(
  name: string,
  styleKind: Control<StyleFields>,
  defaults: Fields,
  extras: Extras<Methods> = {},
) {
  return described(name, styleKind, { disabled: false, ...defaults }, extras);
}

export type Orientation = 'horizontal' | 'vertical';
export type Emphasis = '' | 'primary' | 'success' | 'info' | 'warning' | 'danger';

const horizontal = 'horizontal' as Orientation;
const vertical = 'vertical' as Orientation;
const emphasis = '' as Emphasis;
const nobody = '\u200b';

const slider = {
  behavior: 'drag-tap' as 'drag-tap' | 'drag-snap' | 'tap' | 'drag' | 'snap',
  continuousUpdate: true,
  orientation: horizontal,
  readout: true,
};
const range = [25, 75] as readonly [number, number];
const textField = { value: '', placeholder: nobody, continuousUpdate: true };
const progress = { value: 0, min: 0, max: 100, barStyle: emphasis, orientation: horizontal };
const select = { local: selectionLocals, complete: completeSelection(true) };
const media = { value: new Uint8Array() as Uint8Array, autoplay: true, controls: true, loop: true };

const button = {
  /** Calls the listener at each click. */
  onClick(this: Widget, listener: () => unknown): Observation {
    return this.onMessage((content) => (eventOf(content) === 'click' ? listener() : undefined));
  },
  /** Resolves at the next click. */
  clicked(this: Widget): Promise<void> {
    return new Promise((resolve) => {
      const observation = this.onMessage((content) => {
        if (eventOf(content) !== 'click') return;
        observation.stop();
        resolve();
      });
    });
  },
};
const submission = {
  /** Calls the listener with the text when Enter is pressed. */
  onSubmit(this: Widget, listener: (text: string) => unknown): Observation {
    return this.onMessage((content) =>
      eventOf(content) === 'submit' ? listener((this as Widget<{ value: string }>).get('value')) : undefined,
    );
  },
};

function eventOf(content: unknown): unknown {
  return typeof content === 'object' && content !== null && 'event' in content ? content.event : undefined;
}

const box = { children: [] as readonly Widget[], boxStyle: emphasis };
const pages = { ...box, titles: [] as readonly string[], selectedIndex: null as number | null };

/** The widgets by the names of their classes. */
export const controls = {
  IntSlider: control(
    'IntSlider',
    SliderStyle,
    { value: 0, min: 0, max: 100, step: 1, readoutFormat: 'd', ...slider },
    { complete: boundedWhole },
  ),
  FloatSlider: control(
    'FloatSlider',
    SliderStyle,
    { value: 0, min: 0, max: 100, step: 0.1, readoutFormat: '.2f', ...slider },
    { complete: bounded },
  ),
  /** `value` is a power: `min` and `max` are exponents of `base`. */
  FloatLogSlider: control(
    'FloatLogSlider',
    SliderStyle,
    { value: 1, base: 10, min: 0, max: 4, step: 0.1, readoutFormat: '.3g', ...slider },
    { complete: boundedPower },
  ),
  IntRangeSlider: control(
    'IntRangeSlider',
    SliderStyle,
    { value: range, min: 0, max: 100, step: 1, readoutFormat: 'd', ...slider },
    { complete: boundedRange },
  ),
  FloatRangeSlider: control(
    'FloatRangeSlider',
    SliderStyle,
    { value: range, min: 0, max: 100, step: 0.1, readoutFormat: '.2f', ...slider },
    { complete: boundedRange },
  ),
  IntText: control(
    'IntText',
    DescriptionStyle,
    { value: 0, step: 1, continuousUpdate: false },
    { complete: whole },
  ),
  BoundedIntText: control(
    'BoundedIntText',
    DescriptionStyle,
    { value: 0, min: 0, max: 100, step: 1, continuousUpdate: false },
    { view: 'IntTextView', complete: boundedWhole },
  ),
  FloatText: control('FloatText', DescriptionStyle, {
    value: 0,
    step: null as number | null,
    continuousUpdate: false,
  }),
  BoundedFloatText: control(
    'BoundedFloatText',
    DescriptionStyle,
    { value: 0, min: 0, max: 100, step: null as number | null, continuousUpdate: false },
    { view: 'FloatTextView', complete: bounded },
  ),

  Text: control('Text', TextStyle, textField, { methods: submission }),
  Password: control('Password', TextStyle, textField, { methods: submission }),
  Textarea: control('Textarea', TextStyle, { ...textField, rows: null as number | null }),
  Combobox: control(
    'Combobox',
    TextStyle,
    { ...textField, options: [] as readonly string[], ensureOption: false },
    { methods: submission },
  ),

  Select: control('Select', DescriptionStyle, { ...selectionFields, rows: 5 }, select),
  Dropdown: control('Dropdown', DescriptionStyle, selectionFields, select),
  RadioButtons: control(
    'RadioButtons',
    DescriptionStyle,
    { ...selectionFields, orientation: vertical },
    select,
  ),
  ToggleButtons: control(
    'ToggleButtons',
    ToggleButtonsStyle,
    {
      ...selectionFields,
      buttonStyle: emphasis,
      icons: [] as readonly string[],
      tooltips: [] as readonly string[],
    },
    select,
  ),
  SelectionSlider: control('SelectionSlider', SliderStyle, { ...selectionFields, ...slider }, select),
  SelectMultiple: control(
    'SelectMultiple',
    DescriptionStyle,
    { ...multipleFields, rows: 5 },
    { local: selectionLocals, complete: completeSelections(0) },
  ),
  SelectionRangeSlider: control(
    'SelectionRangeSlider',
    SliderStyle,
    { ...multipleFields, ...slider },
    { local: selectionLocals, complete: completeSelections(2) },
  ),

  Button: visible(
    'Button',
    {
      description: '',
      disabled: false,
      icon: '',
      buttonStyle: emphasis,
      style: undefined as unknown as Part<FieldsOf<typeof ButtonStyle>>,
    },
    { parts: { style: ButtonStyle }, methods: button },
  ),
  ToggleButton: control('ToggleButton', ToggleButtonStyle, { value: false, icon: '', buttonStyle: emphasis }),
  Checkbox: control('Checkbox', CheckboxStyle, { value: false, indent: true }),
  Valid: control('Valid', DescriptionStyle, { value: false, readout: 'Invalid' }),

  /** `value` is a Date at midnight UTC. */
  DatePicker: control(
    'DatePicker',
    DescriptionStyle,
    {
      value: null as Date | null,
      min: null as Date | null,
      max: null as Date | null,
      step: 1 as number | 'any',
    },
    { codecs: { value: day, min: day, max: day } },
  ),
  DatetimePicker: control(
    'DatetimePicker',
    DescriptionStyle,
    { value: null as Date | null, min: null as Date | null, max: null as Date | null },
    { model: 'DatetimeModel', view: 'DatetimeView', codecs: { value: moment, min: moment, max: moment } },
  ),
  ColorPicker: control('ColorPicker', DescriptionStyle, { value: 'black', concise: false }),
  FileUpload: visible(
    'FileUpload',
    {
      value: [] as readonly UploadedFile[],
      accept: '',
      multiple: false,
      error: '',
      description: 'Upload',
      disabled: false,
      icon: 'upload',
      buttonStyle: emphasis,
      style: undefined as unknown as Part<FieldsOf<typeof ButtonStyle>>,
    },
    { parts: { style: ButtonStyle }, codecs: { value: files }, unechoed: ['value'] },
  ),
  TagsInput: described('TagsInput', DescriptionStyle, {
    value: [] as readonly string[],
    allowedTags: [] as readonly string[],
    allowDuplicates: true,
    placeholder: nobody,
    tagStyle: emphasis,
  }),

  IntProgress: described('IntProgress', ProgressStyle, progress, {
    view: 'ProgressView',
    complete: boundedWhole,
  }),
  FloatProgress: described('FloatProgress', ProgressStyle, progress, {
    view: 'ProgressView',
    complete: bounded,
  }),
  Play: control(
    'Play',
    DescriptionStyle,
    { value: 0, min: 0, max: 100, step: 1, interval: 100, playing: false, repeat: false, showRepeat: true },
    { complete: boundedWhole },
  ),

  HTML: described('HTML', HTMLStyle, { value: '', placeholder: nobody }),
  HTMLMath: described('HTMLMath', HTMLMathStyle, { value: '', placeholder: nobody }),
  Label: described('Label', LabelStyle, { value: '', placeholder: nobody }),
  Image: visible('Image', { value: new Uint8Array() as Uint8Array, format: 'png', width: '', height: '' }),
  Audio: visible('Audio', { ...media, format: 'mp3' }),
  Video: visible('Video', { ...media, format: 'mp4', width: '', height: '' }),

  Box: visible('Box', box),
  HBox: visible('HBox', box),
  VBox: visible('VBox', box),
  GridBox: visible('GridBox', box),
  Tab: visible('Tab', pages, { complete: openFirst }),
  Accordion: visible('Accordion', pages),
  Stack: visible('Stack', pages),

  Output: visible<{ msgId: string; outputs: readonly object[] }, OutputWidget>(
    'Output',
    { msgId: '', outputs: [] },
    { methods: outputMethods },
    outputModule,
  ),
};

/** Joins a field of one widget with one of another, in the page. */
export const Link = pageLink('Link', 'LinkModel');
export const DirectionalLink = pageLink('DirectionalLink', 'DirectionalLinkModel');

function pageLink(name: string, model: string) {
  return kind(name, { ...controlsModule, name: model }, undefined, {
    source: null as unknown as readonly [Widget, string],
    target: null as unknown as readonly [Widget, string],
  });
}

export type FieldsOf<Kind> = Kind extends Control<infer Fields, infer _Methods> ? Fields : never;
export type MethodsOf<Kind> = Kind extends { readonly methods?: infer Methods }
  ? NonNullable<Methods>
  : object;
