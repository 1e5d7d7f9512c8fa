// The text of a function with its types, as it stands in the source.
// Rule: what is not found there, or takes long to ask for, is shown as V8 has it, without types.
import type { Debugger, Runtime } from 'node:inspector';
import type { Target } from './target';

export interface SignaturesOptions {
  /** The head of the function that begins there; nothing for code that is nobody's. */
  signatureAt(location: Debugger.Location): string | undefined;
}

export class Signatures {
  readonly #target: Target;
  readonly #options: SignaturesOptions;

  constructor(target: Target, options: SignaturesOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** @param text without types: `ƒ add(a, b)` */
  async complete(made: Runtime.RemoteObject, text: string): Promise<string> {
    const { internalProperties = [] } = await this.#target.call('Runtime.getProperties', {
      objectId: made.objectId!,
      ownProperties: true,
    });
    const location = internalProperties.find(({ name }) => name === '[[FunctionLocation]]')?.value?.value as
      | Debugger.Location
      | undefined;
    const head = location && this.#options.signatureAt(location);
    return head === undefined ? text : text.replace(/\(.*$/s, () => head);
  }
}
