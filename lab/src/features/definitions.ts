// Where a name is defined, by a key and by a click with Ctrl (Cmd on a Mac); and where it is used, as a list.
import type { Extension } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import type { Location, LocationLink } from 'vscode-languageserver-protocol';
import { type Choice, choose } from './choice';
import { nameOf } from './files';
import type { Navigation } from './navigation';
import { type Notices, said } from './notices';
import { type Place, type Places, paramsOf } from './places';
import { spanOf, wordAt } from './positions';
import { requests } from './protocol';

export interface DefinitionsOptions {
  readonly places: Places;
  readonly navigation: Navigation;
  readonly notices: Notices;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Whether a click or the mouse means the definition. */
const isMeant = ({ ctrlKey, metaKey, altKey, shiftKey }: MouseEvent | KeyboardEvent): boolean =>
  (isMac ? metaKey : ctrlKey) && !altKey && !shiftKey;

export class Definitions {
  readonly extension: Extension;
  readonly #options: DefinitionsOptions;

  constructor(options: DefinitionsOptions) {
    this.#options = options;
    this.extension = [
      linking,
      EditorView.domEventHandlers({
        mousedown: (event, view) => {
          if (event.button !== 0 || !isMeant(event)) return false;
          const place = this.#placeAt(view, event);
          if (!place) return false;
          // Not another cursor, which CodeMirror would make of it.
          event.preventDefault();
          view.dispatch({ selection: { anchor: place.offset } });
          void this.goToDefinition(place);
          return true;
        },
      }),
    ];
  }

  /** Of the name at a place. Where it is the definition itself, its uses are shown. */
  async goToDefinition(place: Place): Promise<void> {
    const { server, view, uri, offset } = place;
    const { navigation, notices } = this.#options;
    const found = await said(place, notices, server.request(requests.definition, paramsOf(place)));
    if (!found) return;
    const places = (Array.isArray(found) ? found : [found]).map(locationOf);
    const [first] = places;
    if (!first) return notices.show(view, offset, 'Nothing is known of where this is defined.');
    const isHere = (one: Location): boolean => {
      const { from, to } = spanOf(view.state.doc, one.range);
      return one.uri === uri && from <= offset && offset <= to;
    };
    if (places.length === 1 && isHere(first)) return this.listReferences(place);
    if (places.length === 1) return navigation.go(place, first);
    choose(view, offset, [places.map((one) => this.#choice(place, one))]);
  }

  /** All places of the name at a place. */
  async listReferences(place: Place): Promise<void> {
    const { server, view, offset } = place;
    const { notices } = this.#options;
    const context = { includeDeclaration: true };
    const question = server.request(requests.references, { ...paramsOf(place), context });
    const found = await said(place, notices, question);
    if (found === undefined) return;
    if (!found?.length) return notices.show(view, offset, 'There is no name here that has uses.');
    const order = new Map(place.panel.content.widgets.map((cell, index) => [server.uriOf(cell), index]));
    const rank = ({ uri }: Location): number => order.get(uri) ?? Number.POSITIVE_INFINITY;
    const sorted = [...found].sort((a, b) => rank(a) - rank(b) || byPlace(a, b));
    const cells = sorted.filter(({ uri }) => order.has(uri));
    const files = sorted.filter(({ uri }) => !order.has(uri));
    const choices = (some: readonly Location[]) => some.map((one) => this.#choice(place, one));
    choose(view, offset, [choices(cells), choices(files)]);
  }

  #choice(from: Place, location: Location): Choice {
    const { server, panel } = from;
    const { uri, range } = location;
    const line = `line ${range.start.line + 1}`;
    const cell = server.cellAt(uri);
    const run = () => void this.#options.navigation.go(from, location);
    if (!cell) return { label: `${nameOf(server, uri)}, ${line}`, run };
    const number = panel.content.widgets.indexOf(cell) + 1;
    const text = cell.model.sharedModel.getSource().split('\n')[range.start.line]?.trim() ?? '';
    const cut = text.length > mostText ? `${text.slice(0, mostText)}…` : text;
    return { label: `Cell ${number}, ${line}: ${cut}`, run };
  }

  #placeAt(view: EditorView, { clientX: x, clientY: y }: MouseEvent): Place | undefined {
    const offset = view.posAtCoords({ x, y });
    if (offset === null) return undefined;
    const { from, to } = wordAt(view.state.doc, offset);
    return from < to ? this.#options.places.in(view, offset) : undefined;
  }
}

/** How much of a line is shown in a list; UTF-16 units. */
const mostText = 60;

const byPlace = (a: Location, b: Location): number =>
  a.uri === b.uri
    ? a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character
    : a.uri < b.uri
      ? -1
      : 1;

const locationOf = (one: Location | LocationLink): Location =>
  'targetUri' in one ? { uri: one.targetUri, range: one.targetSelectionRange } : one;

/** The name under the mouse is underlined while the key is held. */
const linking = ViewPlugin.define<Linking>((view) => new Linking(view), {
  decorations: ({ decorations }) => decorations,
  eventObservers: {
    mousemove(event) {
      this.follow(event);
    },
    mouseleave() {
      this.clear();
    },
    keydown(event) {
      if (event.key === 'Control' || event.key === 'Meta') this.follow(event);
    },
    keyup() {
      this.clear();
    },
  },
});

const link = Decoration.mark({ class: 'tsk-Link' });

class Linking implements PluginValue {
  decorations: DecorationSet = Decoration.none;
  readonly #view: EditorView;
  #mouse: { readonly x: number; readonly y: number } | undefined;

  constructor(view: EditorView) {
    this.#view = view;
  }

  update({ docChanged, changes }: ViewUpdate): void {
    if (docChanged) this.decorations = this.decorations.map(changes);
  }

  follow(event: MouseEvent | KeyboardEvent): void {
    if ('clientX' in event) this.#mouse = { x: event.clientX, y: event.clientY };
    if (!isMeant(event) || !this.#mouse) return this.clear();
    const offset = this.#view.posAtCoords(this.#mouse);
    const { from, to } = offset === null ? { from: 0, to: 0 } : wordAt(this.#view.state.doc, offset);
    this.#show(from < to ? Decoration.set(link.range(from, to)) : Decoration.none);
  }

  clear(): void {
    this.#show(Decoration.none);
  }

  #show(decorations: DecorationSet): void {
    if (decorations.size === 0 && this.decorations.size === 0) return;
    this.decorations = decorations;
    // An empty transaction: decorations are read anew with it.
    this.#view.dispatch({});
  }
}
