// What compiled code calls by global names, because functions do that outlive their cell: `eval`, what was caught and
// what is thrown.
// Rule: none throws for what it is given.
import type { Rendering } from '../api';
import type { markEvaluated } from '../compile/evaluated';
import { keyOf, withoutMarks } from '../compile/keys';
import { withIntrinsics } from '../realm/intrinsics';
import { loadOwnScript } from '../system/scripts';
import { thrownValues } from './errors/origins';

const { defineProperty, entries, getOwnPropertyDescriptor, hasOwn } = Object;
const NativeError = Error;

const hits = new Map<number, number>();
let mark: typeof markEvaluated | undefined;

export const marks = {
  /** Marks code that is about to be evaluated. @param locals the names of the scopes around the call */
  __tsk_eval: (locals: string) => (code: unknown) => {
    if (typeof code !== 'string') return code;
    return withIntrinsics(() => {
      mark ??= (loadOwnScript('compiler.cjs', __dirname).exports as { markEvaluated: typeof markEvaluated })
        .markEvaluated;
      return mark(code, locals.split(','), (name) => hasOwn(globalThis, keyOf(name)));
    });
  },

  /** What a catch clause has caught: an error of V8's names things as the user did. */
  __tsk_plain(caught: unknown): void {
    if (!(caught instanceof NativeError)) return;
    const message = getOwnPropertyDescriptor(caught, 'message')?.value as unknown;
    if (typeof message !== 'string') return;
    const plain = withIntrinsics(() => withoutMarks(message));
    if (plain !== message) defineProperty(caught, 'message', { value: plain });
  },

  /** A part of what a catch clause has caught. */
  __tsk_text: (part: unknown): unknown =>
    typeof part === 'string' ? withIntrinsics(() => withoutMarks(part)) : part,

  /** How often a breakpoint was reached that counts that, this time included. */
  __tsk_hit(breakpoint: number): number {
    const count = (hits.get(breakpoint) ?? 0) + 1;
    hits.set(breakpoint, count);
    return count;
  },

  /** What a function throws, without `new`, is assigned to its member. */
  __tsk_thrown: thrownValues,
};

/** What is shown, as it would be without keys. */
export function plainRendering<T extends Rendering>(rendering: T): T {
  let plain = rendering;
  for (const [type, text] of entries(rendering.data)) {
    const shown = typeof text === 'string' ? withoutMarks(text) : text;
    if (shown !== text) plain = { ...plain, data: { ...plain.data, [type]: shown } };
  }
  return plain;
}
