// The members of live values among completions.
// Rule: one way for answers with types and without: what types do not know is added, and what is meant for others comes last.
import type { CompletionItem, Completions } from '../api';

/** Names that a library keeps to itself, as they begin. */
const isHidden = ({ text }: CompletionItem): boolean => /^(?:\?\.)?(?:\[["'])?[_#]/.test(text);

/** Members that begin with `_` or `#` behind the others. */
export function hiddenLast(completions: Completions): Completions {
  const { items } = completions;
  if (!items.some(isHidden)) return completions;
  return { ...completions, items: [...items.filter((item) => !isHidden(item)), ...items.filter(isHidden)] };
}

/** Adds members that the live value has. */
export function withMembers(completions: Completions, members: readonly CompletionItem[]): Completions {
  const known = new Set(completions.items.map(({ text }) => text));
  const more = members.filter(({ text }) => !known.has(text));
  if (more.length === 0) return completions;
  const isKeyword = ({ kind }: CompletionItem) => kind === 'keyword';
  const { items } = completions;
  return {
    ...completions,
    items: [...items.filter((item) => !isKeyword(item)), ...more, ...items.filter(isKeyword)],
  };
}
