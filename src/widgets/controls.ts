// The core controls of ipywidgets 8, as a table: the names of their models and views, and their state with its defaults.
// Rule: a field stands here once, with the value of a new widget; which fields a class has, and their types, say the declarations.
import type { tskernel } from '../globals/widgets';
import { outputMethods } from './output';
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
  whole,
} from './values';
import type { ModelName, Observation, Widget, WidgetKind } from './widget';

type ClassName = Exclude<keyof tskernel.Widgets, 'Widget'>;
type ClassOf<Name extends ClassName> = tskernel.Widgets[Name];

/** The fields that cells are told of. */
type FieldsOf<Name extends ClassName> =
  ClassOf<Name> extends tskernel.SelectionClass<infer Fields>
    ? Fields & tskernel.Selection<unknown>
    : ClassOf<Name> extends tskernel.MultipleSelectionClass<infer Fields>
      ? Fields & tskernel.MultipleSelection<unknown>
      : ClassOf<Name> extends tskernel.WidgetClass<infer Fields, infer _Methods>
        ? Fields
        : never;
type MethodsOf<Name extends ClassName> =
  ClassOf<Name> extends tskernel.WidgetClass<infer _Fields, infer Methods> ? Methods : object;
type StyleOf<Name extends ClassName> =
  FieldsOf<Name> extends { style: tskernel.Part<infer Style> } ? Style : never;

/** A kind whose fields have types. */
interface Kind<Fields extends object, Name extends string = string> extends WidgetKind {
  readonly name: Name;
  readonly defaults: WidgetKind['defaults'] & Fields;
}
type Control<Name extends ClassName> = Kind<FieldsOf<Name>, Name>;

/** The fields of a class but for those of all its kin. */
type Own<Name extends ClassName, Common extends object> = Omit<FieldsOf<Name>, keyof Common>;

type Extras<Name extends ClassName> = Omit<
  Partial<WidgetKind>,
  'name' | 'defaults' | 'model' | 'view' | 'methods'
> & {
  readonly model?: string;
  readonly view?: string;
  readonly methods?: MethodsOf<Name>;
};

const controlsModule = { module: '@jupyter-widgets/controls', version: '2.0.0' };
const baseModule = { module: '@jupyter-widgets/base', version: '2.0.0' };
const outputModule = { module: '@jupyter-widgets/output', version: '1.0.0' };

/** CSS: null leaves it to the page. */
const css = null;

function kind<Fields extends object, Name extends string>(
  name: Name,
  model: ModelName,
  view: ModelName | undefined,
  defaults: Fields,
  rest: Partial<WidgetKind> = {},
): Kind<Fields, Name> {
  return {
    ...rest,
    name,
    model,
    ...(view && { view }),
    defaults: defaults as Fields & WidgetKind['defaults'],
  };
}

function style<Fields extends object>(name: string, defaults: Fields): Kind<Fields> {
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

export const Layout: Control<'Layout'> = kind(
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

const DescriptionStyle = style<tskernel.DescriptionStyle>('DescriptionStyle', { descriptionWidth: '' });
const SliderStyle = style<tskernel.SliderStyle>('SliderStyle', { descriptionWidth: '', handleColor: css });
const ProgressStyle = style<tskernel.ProgressStyle>('ProgressStyle', { descriptionWidth: '', barColor: css });
const ButtonStyle = style<tskernel.ButtonStyle>('ButtonStyle', { buttonColor: css, ...fonts });
const ToggleButtonStyle = style<tskernel.ToggleButtonStyle>('ToggleButtonStyle', {
  descriptionWidth: '',
  ...fonts,
});
const ToggleButtonsStyle = style<tskernel.ToggleButtonsStyle>('ToggleButtonsStyle', {
  descriptionWidth: '',
  buttonWidth: '',
  fontWeight: '',
});
const CheckboxStyle = style<tskernel.CheckboxStyle>('CheckboxStyle', {
  descriptionWidth: '',
  background: css,
});
const TextStyle = style<tskernel.TextStyle>('TextStyle', textStyle);
const HTMLStyle = style<tskernel.TextStyle>('HTMLStyle', textStyle);
const HTMLMathStyle = style<tskernel.TextStyle>('HTMLMathStyle', textStyle);
const LabelStyle = style<tskernel.LabelStyle>('LabelStyle', {
  descriptionWidth: '',
  background: css,
  ...fonts,
});

/** A field that is a widget itself: what `parts` names is made before anybody sees the field. */
const part = undefined as never;

/** What every visible widget has. */
export const visibleFields: tskernel.Visible = { layout: part, tabbable: null, tooltip: null };

/** A widget without description: boxes, pictures. */
function visible<Name extends ClassName>(
  name: Name,
  defaults: Own<Name, tskernel.Visible>,
  { model, view, ...rest }: Extras<Name> = {},
  module = controlsModule,
): Control<Name> {
  return kind(
    name,
    { ...module, name: model ?? `${name}Model` },
    { ...module, name: view ?? `${name}View` },
    { ...visibleFields, ...defaults } as unknown as FieldsOf<Name>,
    { ...rest, parts: { layout: Layout, ...rest.parts } },
  );
}

/** A widget with a description before it. */
function described<Name extends ClassName>(
  name: Name,
  styleKind: Kind<StyleOf<Name>>,
  defaults: Own<Name, tskernel.Described<object>>,
  extras: Extras<Name> = {},
): Control<Name> {
  const common = { description: '', descriptionAllowHtml: false, style: part };
  return visible(name, { ...common, ...defaults } as unknown as Own<Name, tskernel.Visible>, {
    ...extras,
    parts: { style: styleKind },
  });
}

/** A widget for input by the user. */
function control<Name extends ClassName>(
  name: Name,
  styleKind: Kind<StyleOf<Name>>,
  defaults: Own<Name, tskernel.Control>,
  extras: Extras<Name> = {},
): Control<Name> {
  const enabled = { disabled: false, ...defaults } as unknown as Own<Name, tskernel.Described<object>>;
  return described(name, styleKind, enabled, extras);
}

const nobody = '\u200b';

const slider: tskernel.SliderParts = {
  behavior: 'drag-tap',
  continuousUpdate: true,
  orientation: 'horizontal',
  readout: true,
};
const range: tskernel.RangeSlider['value'] = [25, 75];
const textField = { value: '', placeholder: nobody, continuousUpdate: true };
const progress: Omit<tskernel.ProgressWidget, keyof tskernel.Described<object>> = {
  value: 0,
  min: 0,
  max: 100,
  barStyle: '',
  orientation: 'horizontal',
};
const select = { local: selectionLocals, complete: completeSelection(true) };
const media = { value: new Uint8Array(), autoplay: true, controls: true, loop: true };

const button: tskernel.Clicks = {
  onClick(this: Widget, listener: () => unknown): Observation {
    return this.onMessage((content) => (eventOf(content) === 'click' ? listener() : undefined));
  },
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
const submission: tskernel.Submission = {
  onSubmit(this: Widget, listener: (text: string) => unknown): Observation {
    return this.onMessage((content) =>
      eventOf(content) === 'submit' ? listener((this as Widget<{ value: string }>).get('value')) : undefined,
    );
  },
};

function eventOf(content: unknown): unknown {
  return typeof content === 'object' && content !== null && 'event' in content ? content.event : undefined;
}

const box: Omit<tskernel.Box, keyof tskernel.Visible> = { children: [], boxStyle: '' };
const pages: Omit<tskernel.Pages, keyof tskernel.Visible> = { ...box, titles: [], selectedIndex: null };

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
    step: null,
    continuousUpdate: false,
  }),
  BoundedFloatText: control(
    'BoundedFloatText',
    DescriptionStyle,
    { value: 0, min: 0, max: 100, step: null, continuousUpdate: false },
    { view: 'FloatTextView', complete: bounded },
  ),

  Text: control('Text', TextStyle, textField, { methods: submission }),
  Password: control('Password', TextStyle, textField, { methods: submission }),
  Textarea: control('Textarea', TextStyle, { ...textField, rows: null }),
  Combobox: control(
    'Combobox',
    TextStyle,
    { ...textField, options: [], ensureOption: false },
    { methods: submission },
  ),

  Select: control('Select', DescriptionStyle, { ...selectionFields, rows: 5 }, select),
  Dropdown: control('Dropdown', DescriptionStyle, selectionFields, select),
  RadioButtons: control(
    'RadioButtons',
    DescriptionStyle,
    { ...selectionFields, orientation: 'vertical' },
    select,
  ),
  ToggleButtons: control(
    'ToggleButtons',
    ToggleButtonsStyle,
    {
      ...selectionFields,
      buttonStyle: '',
      icons: [],
      tooltips: [],
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
      buttonStyle: '',
      style: part,
    },
    { parts: { style: ButtonStyle }, methods: button },
  ),
  ToggleButton: control('ToggleButton', ToggleButtonStyle, { value: false, icon: '', buttonStyle: '' }),
  Checkbox: control('Checkbox', CheckboxStyle, { value: false, indent: true }),
  Valid: control('Valid', DescriptionStyle, { value: false, readout: 'Invalid' }),

  /** `value` is a Date at midnight UTC. */
  DatePicker: control(
    'DatePicker',
    DescriptionStyle,
    {
      value: null,
      min: null,
      max: null,
      step: 1,
    },
    { codecs: { value: day, min: day, max: day } },
  ),
  DatetimePicker: control(
    'DatetimePicker',
    DescriptionStyle,
    { value: null, min: null, max: null },
    { model: 'DatetimeModel', view: 'DatetimeView', codecs: { value: moment, min: moment, max: moment } },
  ),
  ColorPicker: control('ColorPicker', DescriptionStyle, { value: 'black', concise: false }),
  FileUpload: visible(
    'FileUpload',
    {
      value: [],
      accept: '',
      multiple: false,
      error: '',
      description: 'Upload',
      disabled: false,
      icon: 'upload',
      buttonStyle: '',
      style: part,
    },
    { parts: { style: ButtonStyle }, codecs: { value: files }, unechoed: ['value'] },
  ),
  TagsInput: described('TagsInput', DescriptionStyle, {
    value: [],
    allowedTags: [],
    allowDuplicates: true,
    placeholder: nobody,
    tagStyle: '',
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
  Image: visible('Image', { value: new Uint8Array(), format: 'png', width: '', height: '' }),
  Audio: visible('Audio', { ...media, format: 'mp3' }),
  Video: visible('Video', { ...media, format: 'mp4', width: '', height: '' }),

  Box: visible('Box', box),
  HBox: visible('HBox', box),
  VBox: visible('VBox', box),
  GridBox: visible('GridBox', box),
  Tab: visible('Tab', pages, { complete: openFirst }),
  Accordion: visible('Accordion', pages),
  Stack: visible('Stack', pages),

  Output: visible('Output', { msgId: '', outputs: [] }, { methods: outputMethods }, outputModule),
} satisfies { readonly [Name in Exclude<ClassName, 'Layout'>]: Control<Name> };

/** Joins a field of one widget with one of another, in the page. */
export const Link = pageLink('Link', 'LinkModel');
export const DirectionalLink = pageLink('DirectionalLink', 'DirectionalLinkModel');

function pageLink(name: string, model: string) {
  const ends: { readonly [end in 'source' | 'target']: readonly [Widget, string] | null } = {
    source: null,
    target: null,
  };
  return kind(name, { ...controlsModule, name: model }, undefined, ends);
}
