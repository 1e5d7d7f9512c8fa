// A text that is too long to be handed to the debugger: the inspector gives a text whole, and escapes each letter of it several times.
// Rule: whoever is handed one gets an object in its place, which stands for it until it comes back.
import { getPrototypeOf, isProxy } from '../../realm/builtins';

export class LongText {
  // A private member would count as a change, which nothing that is only looked at may make.
  private constructor(private readonly text: string) {}

  /** @param longest in UTF-16 units @returns an object in place of a text that is too long */
  static wrap(value: unknown, longest = 10_000): unknown {
    return typeof value === 'string' && value.length > longest ? new LongText(value) : value;
  }

  /** @returns the text that an object stands for; any other value as it is */
  static unwrap(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || isProxy(value)) return value;
    return getPrototypeOf(value) === LongText.prototype ? (value as LongText).text : value;
  }
}
