// The widgets and comms among a cell's globals; hovering over one shows its comment.
// Rule: as in cells.d.ts.
// biome-ignore-all lint/suspicious/noExplicitAny: what only the notebook or its page can know is left open.

export declare namespace tskernel {
  type Bytes = ArrayBuffer | ArrayBufferView;

  interface CommEvent {
    readonly data: { readonly [key: string]: any };
    readonly metadata: { readonly [key: string]: any };
    readonly buffers: readonly Uint8Array[];
  }

  interface SendOptions {
    readonly metadata?: object;
    readonly buffers?: readonly Bytes[];
  }

  /** A two-way channel to the page. */
  interface Comm {
    readonly id: string;
    readonly target: string;
    readonly isOpen: boolean;
    /** @throws Error when the comm is closed; TypeError when the data is no object that JSON can tell */
    send(data: object, options?: SendOptions): void;
    /** Harmless when it is closed already. */
    close(data?: object, options?: SendOptions): void;
    /** Calls the listener with each message of the page. */
    onMessage(listener: (message: CommEvent) => unknown): this;
    /** Calls the listener when the page closes the comm. */
    onClose(listener: (message: CommEvent) => unknown): this;
  }

  interface Comms {
    /** Answers when the page opens a comm to this target. A later answer to the same target replaces it. */
    register(target: string, handler: (comm: Comm, opening: CommEvent) => unknown): void;
    /** No longer answers: the page is told that the target is unknown. */
    unregister(target: string): void;
    /** Opens a comm to what the page has registered under this target. */
    open(target: string, data?: object, options?: SendOptions): Comm;
  }

  /** Stops an observer. */
  interface Observation {
    stop(): void;
  }

  /** A state that the page and the cells both see and change. */
  interface Widget<Fields extends object = object> {
    /** The id of its model. */
    readonly id: string;
    /** A field's value. It is not to be changed in place: the page would not know. */
    get<Name extends keyof Fields>(name: Name): Fields[Name];
    /**
     * Changes one field or several together, here and in the page.
     * @throws TypeError when the widget has no such field, or cannot have such a value
     */
    set<Name extends keyof Fields>(name: Name, value: Fields[Name]): void;
    set(fields: Partial<Fields>): void;
    /**
     * Calls the listener after each change of a field, by the cell or by the page.
     * @example
     * slider.observe('value', (value, before) => console.log(before, '→', value));
     */
    observe<Name extends keyof Fields>(
      name: Name | readonly Name[],
      listener: (value: Fields[Name], before: Fields[Name]) => unknown,
    ): Observation;
    /** The value of a field after its next change: `await slider.next('value')`. */
    next<Name extends keyof Fields>(name: Name): Promise<Fields[Name]>;
    /** Sends a message of its own kind to the widget's code in the page. */
    send(content: unknown, buffers?: readonly Bytes[]): void;
    /** Calls the listener with each message that the widget's code in the page sends. */
    onMessage(listener: (content: any, buffers: readonly Uint8Array[]) => unknown): Observation;
    /** Takes the widget from the page. */
    close(): void;
  }

  /** Fields for a new widget: those that are widgets may be given as plain objects. */
  type Initial<Fields> = {
    [Name in keyof Fields]?: Fields[Name] extends Widget<infer Part>
      ? Fields[Name] | Partial<Part>
      : Fields[Name];
  };

  interface WidgetClass<Fields extends object, Methods extends object = object> {
    new (initial?: Initial<Fields>): Widget<Fields> & Fields & Methods;
  }

  /** A list of values, or labels with values as a Map or an object. */
  type Options<Value> = readonly Value[] | ReadonlyMap<string, Value> | { readonly [label: string]: Value };

  interface Selection<Value> {
    options: Options<Value>;
    /** Which option is chosen, or null. */
    index: number | null;
    label: string | null;
    value: Value | null;
  }

  interface MultipleSelection<Value> {
    options: Options<Value>;
    /** Which options are chosen. */
    index: readonly number[];
    label: readonly string[];
    value: readonly Value[];
  }

  interface SelectionClass<Fields extends object> {
    new <const Value>(
      initial: Initial<Fields> & { options: Options<Value> } & Partial<Selection<Value>>,
    ): Widget<Fields & Selection<Value>> & Fields & Selection<Value>;
  }

  interface MultipleSelectionClass<Fields extends object> {
    new <const Value>(
      initial: Initial<Fields> & { options: Options<Value> } & Partial<MultipleSelection<Value>>,
    ): Widget<Fields & MultipleSelection<Value>> & Fields & MultipleSelection<Value>;
  }

  type Orientation = 'horizontal' | 'vertical';
  type Emphasis = '' | 'primary' | 'success' | 'info' | 'warning' | 'danger';
  type Css = string | null;
  type Part<Fields extends object> = Widget<Fields> & Fields;

  /** CSS properties of a widget's element; null leaves one to the page. */
  interface Layout {
    alignContent: Css;
    alignItems: Css;
    alignSelf: Css;
    borderBottom: Css;
    borderLeft: Css;
    borderRight: Css;
    borderTop: Css;
    bottom: Css;
    display: Css;
    flex: Css;
    flexFlow: Css;
    gridArea: Css;
    gridAutoColumns: Css;
    gridAutoFlow: Css;
    gridAutoRows: Css;
    gridColumn: Css;
    gridGap: Css;
    gridRow: Css;
    gridTemplateAreas: Css;
    gridTemplateColumns: Css;
    gridTemplateRows: Css;
    height: Css;
    justifyContent: Css;
    justifyItems: Css;
    left: Css;
    margin: Css;
    maxHeight: Css;
    maxWidth: Css;
    minHeight: Css;
    minWidth: Css;
    objectFit: Css;
    objectPosition: Css;
    order: Css;
    overflow: Css;
    padding: Css;
    right: Css;
    top: Css;
    visibility: Css;
    width: Css;
  }

  interface DescriptionStyle {
    descriptionWidth: string;
  }
  interface Fonts {
    fontFamily: Css;
    fontSize: Css;
    fontStyle: Css;
    fontVariant: Css;
    fontWeight: Css;
    textColor: Css;
    textDecoration: Css;
  }
  interface SliderStyle extends DescriptionStyle {
    handleColor: Css;
  }
  interface ProgressStyle extends DescriptionStyle {
    barColor: Css;
  }
  interface ButtonStyle extends Fonts {
    buttonColor: Css;
  }
  interface ToggleButtonStyle extends DescriptionStyle, Fonts {}
  interface ToggleButtonsStyle extends DescriptionStyle {
    buttonWidth: string;
    fontWeight: string;
  }
  interface CheckboxStyle extends DescriptionStyle {
    background: Css;
  }
  interface TextStyle extends DescriptionStyle {
    background: Css;
    fontSize: Css;
    textColor: Css;
  }
  interface LabelStyle extends DescriptionStyle, Fonts {
    background: Css;
  }

  interface Visible {
    /** CSS of the widget's element. A new widget takes a plain object; later, set its fields. */
    layout: Part<Layout>;
    tabbable: boolean | null;
    tooltip: string | null;
  }
  interface Described<Style extends object> extends Visible {
    /** The text before the widget. */
    description: string;
    descriptionAllowHtml: boolean;
    style: Part<Style>;
  }
  interface Control<Style extends object = DescriptionStyle> extends Described<Style> {
    disabled: boolean;
  }

  interface SliderParts {
    behavior: 'drag-tap' | 'drag-snap' | 'tap' | 'drag' | 'snap';
    /** Whether the value follows while the handle is dragged, not only when it is let go. */
    continuousUpdate: boolean;
    orientation: Orientation;
    /** Whether the value is shown beside. */
    readout: boolean;
  }
  interface Slider extends Control<SliderStyle>, SliderParts {
    value: number;
    min: number;
    max: number;
    step: number;
    /** A d3-format: `d`, `.2f` … */
    readoutFormat: string;
  }
  interface LogSlider extends Slider {
    base: number;
  }
  interface RangeSlider extends Omit<Slider, 'value'> {
    value: readonly [number, number];
  }
  interface NumberText extends Control {
    value: number;
    step: number;
    continuousUpdate: boolean;
  }
  interface BoundedNumberText extends NumberText {
    min: number;
    max: number;
  }
  interface FloatText extends Control {
    value: number;
    step: number | null;
    continuousUpdate: boolean;
  }
  interface BoundedFloatText extends FloatText {
    min: number;
    max: number;
  }
  interface Text extends Control<TextStyle> {
    value: string;
    placeholder: string;
    /** Whether the value follows each key, not only Enter or the loss of the focus. */
    continuousUpdate: boolean;
  }
  interface Textarea extends Text {
    rows: number | null;
  }
  interface Combobox extends Text {
    options: readonly string[];
    ensureOption: boolean;
  }
  interface Submission {
    /** Calls the listener with the text when Enter is pressed. */
    onSubmit(listener: (text: string) => unknown): Observation;
  }

  interface Select extends Control {
    rows: number;
  }
  interface RadioButtons extends Control {
    orientation: Orientation;
  }
  interface ToggleButtons extends Control<ToggleButtonsStyle> {
    buttonStyle: Emphasis;
    icons: readonly string[];
    tooltips: readonly string[];
  }
  interface SelectionSlider extends Control<SliderStyle>, SliderParts {}

  interface Button extends Visible {
    description: string;
    disabled: boolean;
    /** The name of a Font Awesome icon, without `fa-`. */
    icon: string;
    buttonStyle: Emphasis;
    style: Part<ButtonStyle>;
  }
  interface Clicks {
    /** Calls the listener at each click. */
    onClick(listener: () => unknown): Observation;
    /** Resolves at the next click: `await button.clicked()`. */
    clicked(): Promise<void>;
  }
  interface ToggleButton extends Control<ToggleButtonStyle> {
    value: boolean;
    icon: string;
    buttonStyle: Emphasis;
  }
  interface Checkbox extends Control<CheckboxStyle> {
    value: boolean;
    indent: boolean;
  }
  interface Valid extends Control {
    value: boolean;
    readout: string;
  }

  interface DatePicker extends Control {
    /** Midnight UTC, as `new Date('2026-11-24')` is. */
    value: Date | null;
    min: Date | null;
    max: Date | null;
    step: number | 'any';
  }
  interface DatetimePicker extends Control {
    value: Date | null;
    min: Date | null;
    max: Date | null;
  }
  interface ColorPicker extends Control {
    value: string;
    concise: boolean;
  }
  interface UploadedFile {
    readonly name: string;
    readonly type: string;
    /** In bytes. */
    readonly size: number;
    readonly lastModified: Date;
    readonly content: Uint8Array;
  }
  interface FileUpload extends Button {
    value: readonly UploadedFile[];
    accept: string;
    multiple: boolean;
    error: string;
  }
  interface TagsInput extends Described<DescriptionStyle> {
    value: readonly string[];
    allowedTags: readonly string[];
    allowDuplicates: boolean;
    placeholder: string;
    tagStyle: Emphasis;
  }
  interface ProgressWidget extends Described<ProgressStyle> {
    value: number;
    min: number;
    max: number;
    barStyle: Emphasis;
    orientation: Orientation;
  }
  interface Play extends Control {
    value: number;
    min: number;
    max: number;
    step: number;
    /** Milliseconds between two steps. */
    interval: number;
    playing: boolean;
    repeat: boolean;
    showRepeat: boolean;
  }

  interface TextShown<Style extends object> extends Described<Style> {
    value: string;
    placeholder: string;
  }
  interface Image extends Visible {
    value: Uint8Array;
    format: string;
    width: string;
    height: string;
  }
  interface Media extends Visible {
    value: Uint8Array;
    format: string;
    autoplay: boolean;
    controls: boolean;
    loop: boolean;
  }
  interface Video extends Media {
    width: string;
    height: string;
  }

  interface Box extends Visible {
    children: readonly Widget[];
    boxStyle: Emphasis;
  }
  interface Pages extends Box {
    titles: readonly string[];
    selectedIndex: number | null;
  }
  interface Output extends Visible {
    msgId: string;
    outputs: readonly object[];
  }
  interface Capture {
    /** Runs work whose output goes into the widget; until its promise settles, when it returns one. */
    run<Result>(work: () => Result): Result;
    /** Empties the widget; with `wait` not before something new is shown. */
    clear(options?: { readonly wait?: boolean }): void;
  }

  interface Widgets {
    readonly IntSlider: WidgetClass<Slider>;
    readonly FloatSlider: WidgetClass<Slider>;
    /** `value` is a power: `min` and `max` are exponents of `base`. */
    readonly FloatLogSlider: WidgetClass<LogSlider>;
    readonly IntRangeSlider: WidgetClass<RangeSlider>;
    readonly FloatRangeSlider: WidgetClass<RangeSlider>;
    readonly IntText: WidgetClass<NumberText>;
    readonly BoundedIntText: WidgetClass<BoundedNumberText>;
    readonly FloatText: WidgetClass<FloatText>;
    readonly BoundedFloatText: WidgetClass<BoundedFloatText>;
    readonly Text: WidgetClass<Text, Submission>;
    readonly Password: WidgetClass<Text, Submission>;
    readonly Textarea: WidgetClass<Textarea>;
    readonly Combobox: WidgetClass<Combobox, Submission>;
    readonly Select: SelectionClass<Select>;
    readonly Dropdown: SelectionClass<Control>;
    readonly RadioButtons: SelectionClass<RadioButtons>;
    readonly ToggleButtons: SelectionClass<ToggleButtons>;
    readonly SelectionSlider: SelectionClass<SelectionSlider>;
    readonly SelectMultiple: MultipleSelectionClass<Select>;
    readonly SelectionRangeSlider: MultipleSelectionClass<SelectionSlider>;
    readonly Button: WidgetClass<Button, Clicks>;
    readonly ToggleButton: WidgetClass<ToggleButton>;
    readonly Checkbox: WidgetClass<Checkbox>;
    readonly Valid: WidgetClass<Valid>;
    readonly DatePicker: WidgetClass<DatePicker>;
    readonly DatetimePicker: WidgetClass<DatetimePicker>;
    readonly ColorPicker: WidgetClass<ColorPicker>;
    readonly FileUpload: WidgetClass<FileUpload>;
    readonly TagsInput: WidgetClass<TagsInput>;
    readonly IntProgress: WidgetClass<ProgressWidget>;
    readonly FloatProgress: WidgetClass<ProgressWidget>;
    readonly Play: WidgetClass<Play>;
    readonly HTML: WidgetClass<TextShown<TextStyle>>;
    readonly HTMLMath: WidgetClass<TextShown<TextStyle>>;
    readonly Label: WidgetClass<TextShown<LabelStyle>>;
    readonly Image: WidgetClass<Image>;
    readonly Audio: WidgetClass<Media>;
    readonly Video: WidgetClass<Video>;
    readonly Box: WidgetClass<Box>;
    readonly HBox: WidgetClass<Box>;
    readonly VBox: WidgetClass<Box>;
    readonly GridBox: WidgetClass<Box>;
    readonly Tab: WidgetClass<Pages>;
    readonly Accordion: WidgetClass<Pages>;
    readonly Stack: WidgetClass<Pages>;
    /** Shows what code prints and displays: `output.run(() => console.log('here'))`. */
    readonly Output: WidgetClass<Output, Capture>;
    readonly Layout: WidgetClass<Layout>;
    readonly Widget: abstract new (...rest: never[]) => Widget;
  }

  /** The page's side of a widget's state. */
  interface PageModel<State> {
    get<Name extends keyof State & string>(name: Name): State[Name];
    set<Name extends keyof State & string>(name: Name, value: State[Name]): void;
    /** Sends what was set to the kernel. */
    save_changes(): void;
    /** `change:name`, or `msg:custom` for messages. */
    on(event: string, listener: (...rest: any[]) => void): void;
    off(event: string | null, listener?: (...rest: any[]) => void): void;
    send(content: unknown, callbacks?: unknown, buffers?: readonly Bytes[]): void;
  }

  /** Functions that run in the page. They see nothing of the notebook: only their arguments and what they import. */
  interface PageModule<State> {
    initialize?(context: { model: PageModel<State> }): unknown;
    render?(context: { model: PageModel<State>; el: any }): unknown;
  }

  interface AnyWidgetOptions<State extends object> {
    /** The module: its text, its address, a path to it, or its functions. */
    readonly esm: string | URL | PageModule<State>;
    /** Style sheet: its text, its address or a path to it. */
    readonly css?: string | URL;
    /** What both sides share: JSON and bytes. */
    readonly state?: State;
    readonly layout?: Partial<Layout>;
  }

  /** A widget with the fields of its state as properties. */
  type AnyWidget<State extends object> = Widget<State> & Omit<State, keyof Widget<State>>;

  interface Range {
    readonly min: number;
    readonly max: number;
    readonly step?: number;
    readonly value?: number;
  }

  type Widened<Value> = Value extends number
    ? number
    : Value extends string
      ? string
      : Value extends boolean
        ? boolean
        : Value;

  /** The value that a control for an argument has. */
  type ArgumentValue<Given> = Given extends { value: infer Value } & Widget
    ? NonNullable<Value>
    : Given extends Range
      ? number
      : Given extends readonly (infer Value)[]
        ? Value
        : Given extends ReadonlyMap<string, infer Value>
          ? Value
          : Given extends Date | string | number | boolean
            ? Widened<Given>
            : Given extends { readonly [label: string]: infer Value }
              ? Value
              : never;

  /** The controls of an `interact`. */
  interface Interaction {
    readonly controls: { readonly [name: string]: Widget };
    readonly output: Widget & Capture;
    /** Runs the function again. */
    update(): void;
    /** Leaves what is shown as it is. */
    stop(): void;
  }

  interface LinkOptions {
    /** Only the target follows. */
    readonly oneWay?: boolean;
    /** The page does it by itself, also when no kernel runs. */
    readonly inPage?: boolean;
  }
}

/**
 * Two-way channels to code in the page.
 * @example
 * const comm = comms.open('my-target', { hello: true });
 * comm.onMessage((data) => console.log(data));
 */
export declare var comms: tskernel.Comms;

/**
 * Controls for the page: sliders, fields, buttons, boxes …
 * @example
 * const slider = new widgets.IntSlider({ max: 10 });
 * slider.observe('value', (value) => console.log(value));
 * slider
 */
export declare var widgets: tskernel.Widgets;

/**
 * Makes a widget of a module that runs in the page (anywidget).
 * @example
 * widget({
 *   esm: { render({ model, el }) { el.textContent = model.get('count'); } },
 *   state: { count: 0 },
 * })
 */
export declare function widget<State extends object>(
  options: tskernel.AnyWidgetOptions<State>,
): tskernel.AnyWidget<State>;

/**
 * Shows controls for the arguments of a function, and calls it with their values, now and after each change. A number
 * or `{ min, max }` gives a slider, a boolean a checkbox, a text a field, a Date a picker, options a dropdown.
 * @example
 * interact(({ n }) => 'ha'.repeat(n), { n: { min: 1, max: 10 } });
 */
export declare function interact<Given extends { readonly [name: string]: unknown }>(
  work: (values: { [Name in keyof Given]: tskernel.ArgumentValue<Given[Name]> }) => unknown,
  given: Given,
): tskernel.Interaction;

/**
 * Lets a field of one widget follow a field of another one, and the other way round.
 * @example
 * link([slider, 'value'], [text, 'value']);
 */
export declare function link<Source extends object, Target extends object>(
  source: readonly [tskernel.Widget<Source>, keyof Source & string],
  target: readonly [tskernel.Widget<Target>, keyof Target & string],
  options?: tskernel.LinkOptions,
): { unlink(): void };
