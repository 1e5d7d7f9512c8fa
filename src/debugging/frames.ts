// The stack of a pause, as far as it is the user's.
import type { Debugger } from 'node:inspector';
import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { withoutMarks } from '../compile/keys';
import type { Frame, Place } from './target';

export interface SourceNames {
  /** @returns nothing for a frame of Node's or the kernel's */
  locate(location: Debugger.Location): Place | undefined;
  /** What the source calls the function of a frame, which has a name. */
  functionName(call: Debugger.CallFrame): string;
}

export function framesOf(calls: readonly Debugger.CallFrame[], names: SourceNames): Frame[] {
  const frames: Frame[] = [];
  for (const [index, call] of calls.entries()) {
    const place = isScript(call) ? undefined : names.locate(call.location);
    if (place)
      frames.push({ id: frames.length + 1, name: nameOf(call, calls[index + 1], names), call, place });
  }
  return frames;
}

/** @param labelOf what the cell of a script is called, if it is one */
export function stackOf(
  frames: readonly Frame[],
  { startFrame = 0, levels = 0 }: DebugProtocol.StackTraceArguments,
  labelOf: (scriptId: string) => string | undefined,
): DebugProtocol.StackTraceResponse['body'] {
  const end = levels > 0 ? startFrame + levels : undefined;
  const stackFrames = frames
    .slice(startFrame, end)
    .map(({ id, name, call, place: { path, line, column } }) => ({
      id,
      name,
      line,
      column,
      source: { path, name: labelOf(call.location.scriptId) ?? basename(path) },
    }));
  return { stackFrames, totalFrames: frames.length };
}

/** The script of a cell only makes the function that has its code. */
const isScript = ({ functionLocation }: Debugger.CallFrame): boolean =>
  functionLocation?.lineNumber === -1 && functionLocation.columnNumber === 0;

/** What stands at the top level of a cell is in the function that the compiler put around it, on the line before the first. */
function nameOf(
  call: Debugger.CallFrame,
  caller: Debugger.CallFrame | undefined,
  names: SourceNames,
): string {
  const { functionName, functionLocation } = call;
  if (functionLocation?.lineNumber === -1) return '<cell>';
  const nameIn = (each: Debugger.CallFrame) => withoutMarks(names.functionName(each));
  // The values of fields are in functions of V8's own, which a constructor, or the class itself, calls.
  if (functionName === '<instance_members_initializer>')
    return caller?.functionName ? `<fields of ${nameIn(caller)}>` : '<fields>';
  if (functionName === '<static_initializer>') {
    const [, made] = /^class ([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(call.this.description ?? '') ?? [];
    return made && made !== 'extends' ? `<static fields of ${withoutMarks(made)}>` : '<static fields>';
  }
  if (functionName !== '') return nameIn(call);
  if (!functionLocation) return '<anonymous>';
  const isFile = functionLocation.lineNumber === 0 && functionLocation.columnNumber === 0;
  // What loaders put around a CommonJS file is nowhere in its source.
  return isFile || !names.locate(functionLocation) ? '<module>' : '<anonymous>';
}
