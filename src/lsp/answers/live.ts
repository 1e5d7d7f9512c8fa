// What live values add to what types say. Rule: a value is asked for only where the name means the one that the kernel has: what
// declares it has run, and was not edited since.
import ts from 'typescript';
import {
  isLocalTo,
  livePathOf,
  quotedKeyAt,
  receiverAt,
  type Span,
  wordAround,
} from '../../completion/places';
import { liveQuestionAt } from '../../language/answers/inspect';
import type { Focus } from '../../language/types/service';
import type { LiveQuestion } from '../../threads/language-protocol';
import { inModule, type Subject } from '../subject';

/** Members that types do not list. */
export interface LiveMembers {
  readonly question: LiveQuestion;
  /** What they replace. */
  readonly span: Span;
}

/** The value of the name at an offset of the module. */
export const valueAt = (
  { notebook: { world }, cell }: Subject,
  focus: Focus,
  offset: number,
): LiveQuestion | undefined =>
  liveQuestionAt(focus, offset, (name) => {
    if (!world.hasValue(name, cell)) return undefined;
    return (cell.outline.values.get(name) ?? world.lookup(name, cell)?.value)?.kind ?? 'unknown';
  });

/** The members of what is before the cursor, where it has no type or may have any member. */
export function membersAt(subject: Subject, { program, file }: Focus): LiveMembers | undefined {
  const { notebook, cell } = subject;
  const offset = inModule(subject);
  const key = quotedKeyAt(file, offset);
  const { start, end } = key ?? wordAround(file.text, offset);
  const receiver = key?.receiver ?? receiverAt(file, start);
  if (!receiver) return undefined;
  const checker = program.getTypeChecker();
  const type = checker.getTypeAtLocation(receiver);
  const isUntyped = (type.flags & ts.TypeFlags.Any) !== 0;
  if (!isUntyped && !checker.getIndexInfoOfType(type, ts.IndexKind.String)) return undefined;
  const path = livePathOf(receiver, isLocalTo(checker));
  if (!path || !notebook.world.hasValue(path[0]!, cell)) return undefined;
  return { question: { path, prefix: '' }, span: { start: start - cell.shift, end: end - cell.shift } };
}
