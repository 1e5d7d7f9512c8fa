// The findings in a cell for whoever reads them: as a display for a person, as data for a program, as problems that keep a
// cell from running. Rule: what is the same is told once, with a count, and what is near each other in one frame.

import { basename } from 'node:path/posix';
import ts from 'typescript';
import type { Diagnostic, MimeBundle, RelatedPlace } from '../../api';
import { positionOf, rangeOf } from '../../text/lines';
import type { SyntaxProblem } from '../../text/problem';
import { renderWarnings, type Warning, type WarningMessage } from '../../text/warnings';
import type { CellModule } from '../notebook/module';
import type { ProjectSettings } from '../types/tsconfig';
import type { Finding } from './wording';

/** The findings that keep a cell from running, in the form of syntax problems. */
export function problemsOf(findings: readonly Finding[], { label }: CellModule): SyntaxProblem[] {
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ message, code, offset, length, related }) => ({
      message,
      code,
      offset,
      length,
      ...(related.length > 0 && { hint: linesOf(related, label).join('\n') }),
    }));
}

export function diagnosticsOf(findings: readonly Finding[], { source }: CellModule): Diagnostic[] {
  return findings.map(({ offset, length, ...finding }) => ({
    ...finding,
    range: rangeOf(source, offset, length),
  }));
}

/**
 * @param advice what there is to say of an error that was shown
 * @returns what a person is shown of the findings, and of the notebook's settings; nothing when there is nothing
 */
export function displayOf(
  findings: readonly Finding[],
  cell: CellModule,
  settings: readonly Warning[] = [],
  advice: readonly string[] = [],
): MimeBundle | undefined {
  const hints = new Set(advice);
  const warnings: Draft[] = [];
  for (const finding of findings) {
    if (finding.severity === 'hint') hints.add(finding.message);
    else add(finding, warnings, cell);
  }
  return renderWarnings([...settings, ...warnings], [...hints]);
}

/** What is wrong with the notebook's tsconfig.json. */
export function settingsWarnings({ problems }: ProjectSettings): Warning[] {
  return problems.map(({ file, start, length = 1, messageText, code }) => ({
    messages: [{ code: `TS${code}`, text: ts.flattenDiagnosticMessageText(messageText, '\n'), count: 1 }],
    label: file ? basename(file.fileName) : '',
    source: file?.text ?? '',
    marks: file && start !== undefined ? [{ ...positionOf(file.text, start), length }] : [],
    related: [],
  }));
}

interface Draft extends Warning {
  readonly messages: (WarningMessage & { count: number })[];
  readonly marks: { line: number; column: number; length: number }[];
  readonly related: string[];
}

/** Puts a finding to those that say the same, else to those of its line. */
function add({ code, message, offset, length, related }: Finding, warnings: Draft[], cell: CellModule): void {
  const { source, label } = cell;
  const mark = { ...positionOf(source, offset), length };
  const told = { code: `TS${code}`, text: message };
  const isTold = (one: WarningMessage) => one.code === told.code && one.text === told.text;
  const same = warnings.find(({ messages }) => messages.length === 1 && isTold(messages[0]!));
  const near = same ?? warnings.find(({ marks }) => marks.every(({ line }) => line === mark.line));
  const lines = linesOf(related, label);
  if (!near) {
    warnings.push({ messages: [{ ...told, count: 1 }], label, source, marks: [mark], related: lines });
    return;
  }
  const known = near.messages.find(isTold);
  if (known) known.count++;
  else near.messages.push({ ...told, count: 1 });
  near.marks.push(mark);
  // What has to do with the same once more says nothing new.
  if (!known) near.related.push(...lines.filter((line) => !near.related.includes(line)));
}

/** One line each, each once. @param label of the cell that it is about */
function linesOf(related: readonly RelatedPlace[], label: string): string[] {
  const lines = related.map(({ message, source, range }) => {
    const place = range ? `:${range.start.line + 1}:${range.start.character + 1}` : '';
    return source === undefined && !range ? message : `${source ?? label}${place} ${message}`;
  });
  return [...new Set(lines)];
}
