// The names of the notebook with their values, whether the thread stands still, runs, or has nothing to do.
// Rule: looking at them runs nothing of the cells and takes one answer of the thread, also in the middle of a loop.
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DeclarationKind } from '../compile/types';
import type { NamedDescription } from '../threads/description';
import { type Listing, notInitialised } from './listing';
import type { Realm } from './realm';
import type { References } from './references';
import { shownOf } from './values';

export class Names {
  readonly #realm: Realm;
  readonly #references: References;
  readonly #listing: Listing;
  /** By the identity of a function. */
  readonly #signatures = new Map<number, Promise<string>>();
  readonly #names: () => ReadonlyMap<string, DeclarationKind>;

  /** @param names what cells have declared, and as what */
  constructor(
    realm: Realm,
    references: References,
    listing: Listing,
    names: () => ReadonlyMap<string, DeclarationKind>,
  ) {
    this.#listing = listing;
    this.#realm = realm;
    this.#references = references;
    this.#names = names;
  }

  /** Values first, then functions, classes, and what was imported; each by name. @param wanted all of them unless given */
  async variables(wanted?: readonly string[]): Promise<DebugProtocol.Variable[]> {
    const kinds = this.#names();
    const names = [...kinds.keys()].filter((name) => !wanted || wanted.includes(name));
    if (names.length === 0) return [];
    const described = await Promise.all(
      (await this.#realm.names(names)).map((each) => this.#withState(each)),
    );
    const group = ({ name, type }: NamedDescription) => groupOf(type, kinds.get(name));
    return described
      .sort((one, other) => group(one) - group(other) || order.compare(one.name, other.name))
      .map((each) => this.#variable(each, kinds.get(each.name)));
  }

  async #withState(description: NamedDescription): Promise<NamedDescription> {
    const { name, type, text, identity } = description;
    if (type === 'function' && identity !== undefined)
      return { ...description, text: await this.#signature(name, text, identity) };
    if (type !== 'Promise') return description;
    const promise = await this.#realm.look(name, this.#references.group());
    if (promise.subtype !== 'promise') return description;
    return { ...description, text: await this.#listing.promiseText(promise) };
  }

  /** Places may be known by now that were not before. */
  forget(): void {
    this.#signatures.clear();
  }

  /** It is looked up once in the life of a function: this list is asked for often. */
  #signature(name: string, text: string, identity: number): Promise<string> {
    let signature = this.#signatures.get(identity);
    if (!signature) {
      const look = async () => {
        const made = await this.#realm.look(name, this.#references.group());
        return made.type === 'function' ? this.#listing.functionText(made, text) : text;
      };
      signature = look().catch(() => text);
      this.#signatures.set(identity, signature);
    }
    return signature;
  }

  #variable(description: NamedDescription, kind: DeclarationKind | undefined): DebugProtocol.Variable {
    const { name, isPending, type, elements = 0 } = description;
    const named = { name, evaluateName: name };
    if (isPending) return { ...named, value: notInitialised, variablesReference: 0 };
    const isConstant = kind === 'const' || kind === 'import';
    return {
      ...named,
      ...shownOf(description),
      variablesReference: primitives.has(type) ? 0 : this.#references.ofName(name),
      ...(elements > 0 && { indexedVariables: elements }),
      ...(isConstant && { presentationHint: { attributes: ['constant'] } }),
    };
  }
}

const order = new Intl.Collator('en', { numeric: true });
const primitives = new Set(['bigint', 'boolean', 'null', 'number', 'string', 'symbol', 'undefined']);

function groupOf(type: string, kind: DeclarationKind | undefined): number {
  if (kind === 'import') return 3;
  if (type === 'class') return 2;
  return type === 'function' ? 1 : 0;
}
