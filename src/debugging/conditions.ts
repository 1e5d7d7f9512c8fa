// What V8 evaluates at a breakpoint to know whether to stop: conditions, counts and log messages.
// Rule: what fails does not stop the program; a log message that fails says so in its place.
import type { DebugProtocol } from '@vscode/debugprotocol';

type Wanted = Pick<DebugProtocol.SourceBreakpoint, 'condition' | 'hitCondition' | 'logMessage'>;

/**
 * @param id under which the hits are counted
 * @param compile TypeScript to what V8 takes
 * @returns nothing for a breakpoint that always stops
 * @throws SyntaxError what is wrong with the breakpoint, to be shown beside it
 */
export function conditionOf(
  { condition, hitCondition, logMessage }: Wanted,
  id: number,
  compile: (text: string) => string,
): string | undefined {
  const conditions: string[] = [];
  if (condition?.trim()) conditions.push(compile(`(${condition}\n)`));
  if (hitCondition?.trim()) conditions.push(countOf(hitCondition, id));
  const all = conditions.join('&&');
  if (logMessage) return `if (${all || 'true'}) ${logOf(logMessage, compile)} false`;
  return all || undefined;
}

/** `5`: the fifth time · `> 5`, `>= 5`, `< 5` … · `% 5`: every fifth time. `__tsk_hit` is of `execution/marks`. */
function countOf(hitCondition: string, id: number): string {
  const [, sign = '==', count] = /^\s*(>=?|<=?|={1,3}|%)?\s*(\d+)\s*$/.exec(hitCondition) ?? [];
  if (count === undefined)
    throw new SyntaxError(
      `A hit count is a number, or such as > 5 or % 5, not ${JSON.stringify(hitCondition)}.`,
    );
  const hits = `__tsk_hit(${id})`;
  if (sign === '%') return `${hits}%${count}===0`;
  return `${hits}${sign.startsWith('=') ? '===' : sign}${count}`;
}

/** Text with expressions in braces; values look as `console.log` shows them within a text. */
function logOf(message: string, compile: (text: string) => string): string {
  const { text, expressions } = splitMessage(message);
  const values = expressions.map((expression) => `,${compile(`(${expression}\n)`)}`).join('');
  const failed = JSON.stringify(`${message}: `);
  return `try { console.log(${JSON.stringify(text)}${values}) } catch (error) { console.log(${failed} + error) }`;
}

/** @returns the text as a format of `console.log` */
function splitMessage(message: string): { text: string; expressions: string[] } {
  const expressions: string[] = [];
  let text = '';
  let expression = '';
  let depth = 0;
  for (const unit of message) {
    if (unit === '}' && depth > 0 && --depth === 0) {
      expressions.push(expression);
      expression = '';
      text += '%s';
    } else if (unit === '{' && depth++ === 0) continue;
    else if (depth > 0) expression += unit;
    else text += unit === '%' ? '%%' : unit;
  }
  // A brace that stays open is text.
  return { text: depth > 0 ? `${text}{${expression.replaceAll('%', '%%')}` : text, expressions };
}
