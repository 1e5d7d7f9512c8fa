// Warnings as a display: plain text for consoles and tools, HTML for pages.
// Rule: calm, since a warning is no error. It says everything without styles and scripts, which many pages take away; its
// colours are those of the page, in light and dark, with ones behind them that can be read on either.

import type { MimeBundle } from '../api';
import { type Mark, type Paint, renderMarks } from './frame';
import { escapeHtml } from './html';

/** One thing to say, however often it is to be said. */
export interface WarningMessage {
  /** What it is called, such as `TS2322`; absent for what only the kernel knows. */
  readonly code?: string;
  /** Its first line is the head of a warning that is folded up. */
  readonly text: string;
  /** How often. */
  readonly count: number;
}

/** Messages about places near each other, which one frame shows. */
export interface Warning {
  readonly messages: readonly WarningMessage[];
  /** The cell's label, or the name of a file. */
  readonly label: string;
  readonly source: string;
  /** None for what has no place. */
  readonly marks: readonly Mark[];
  /** More about it, one line each. */
  readonly related: readonly string[];
}

/** More warnings than these are only counted. */
const mostWarnings = 8;
/** So are the places of one. */
const mostMarks = 5;

/** @returns nothing when there is nothing to say */
export function renderWarnings(
  warnings: readonly Warning[],
  hints: readonly string[] = [],
): MimeBundle | undefined {
  if (warnings.length + hints.length === 0) return undefined;
  const shown = warnings.slice(0, mostWarnings);
  const rest = warnings.length > shown.length ? `and ${warnings.length - shown.length} more` : undefined;
  return {
    'text/plain': [
      ...shown.map(plainWarning),
      ...(rest === undefined ? [] : [rest]),
      ...hints.map((hint) => `Hint: ${hint}`),
    ].join('\n\n'),
    'text/html': [
      `<div style="${styles.box}">`,
      // A warning alone needs nothing to fold it by, which some pages show as text.
      ...shown.map((warning, index) => htmlWarning(warning, shown.length > 1, index === 0)),
      ...(rest === undefined ? [] : [`<div style="${styles.faint}">${rest}</div>`]),
      ...hints.map((hint) => `<div><span style="${styles.faint}">Hint:</span> ${escapeHtml(hint)}</div>`),
      '</div>',
    ].join('\n'),
  };
}

/** Two displays of warnings as one. */
export function joinWarnings(
  first: MimeBundle | undefined,
  second: MimeBundle | undefined,
): MimeBundle | undefined {
  if (!first || !second) return first ?? second;
  const join = (mime: string, between: string) =>
    [first, second].map((bundle) => String(bundle[mime] ?? bundle['text/plain'])).join(between);
  return { 'text/plain': join('text/plain', '\n\n'), 'text/html': join('text/html', '\n') };
}

const plain: Paint = { code: (text) => text, faint: (text) => text, mark: (text) => text };

function plainWarning(warning: Warning): string {
  const { messages, label, related } = warning;
  return [
    ...messages.map(
      ({ code, text, count }) => `Warning${code === undefined ? '' : ` ${code}`}: ${text}${times(count)}`,
    ),
    ...(warning.marks.length > 0 ? [`${label}:${placesOf(warning)}`] : []),
    ...frameOf(warning, plain),
    ...related.map((line) => `  ${line}`),
  ].join('\n');
}

function htmlWarning(warning: Warning, isFolding: boolean, isOpen: boolean): string {
  const { messages, related } = warning;
  const heads = messages.map(({ code, text, count }) => {
    const told = escapeHtml(linesOfText(text)[0]! + times(count));
    const name = code === undefined ? '' : ` <span style="${styles.faint}">${code}</span>`;
    return `<b style="${styles.accent}">Warning</b> ${told}${name}`;
  });
  const more = messages.flatMap(({ text }) => linesOfText(text).slice(1));
  const place = warning.marks.length > 0 ? [`${warning.label}:${placesOf(warning)}`] : [];
  const body = [
    ...more.map(escapeHtml),
    ...place.map((text) => html.faint(escapeHtml(text))),
    ...frameOf(warning, html),
    ...related.map((line) => `  ${escapeHtml(line)}`),
  ];
  const head = heads.join('<br>');
  const text = `<pre style="${styles.body}">${body.join('\n')}</pre>`;
  if (!isFolding) return `<div>${head}</div>\n${text}`;
  return `<details${isOpen ? ' open' : ''}><summary style="${styles.head}">${head}</summary>\n${text}</details>`;
}

const times = (count: number) => (count > 1 ? ` (${count} times)` : '');

/** `2:7, 4:3`, behind the label. */
function placesOf({ marks }: Warning): string {
  const places = marks.slice(0, mostMarks).map(({ line, column }) => `${line}:${column}`);
  const rest = marks.length - places.length;
  return places.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

const frameOf = ({ source, marks }: Warning, paint: Paint) =>
  renderMarks(source, marks.slice(0, mostMarks), paint);

const linesOfText = (text: string): string[] => text.split('\n');

/** A colour of JupyterLab's, else of VS Code's, else one that stands out enough on white and on black. */
const accent = 'var(--jp-warn-color0, var(--vscode-editorWarning-foreground, #b8620b))';
const styles = {
  box: `border-left: 3px solid ${accent}; padding: 1px 0 1px 10px`,
  head: 'cursor: pointer',
  accent: `color: ${accent}`,
  faint: 'opacity: 0.7',
  body:
    'margin: 2px 0 8px; padding: 0; border: none; background: none; color: inherit; line-height: 1.35; ' +
    'white-space: pre; overflow-x: auto; font-family: var(--jp-code-font-family, monospace); ' +
    'font-size: var(--jp-code-font-size, 13px)',
};

const html: Paint = {
  code: escapeHtml,
  faint: (text) => `<span style="${styles.faint}">${text}</span>`,
  mark: (text) => `<span style="${styles.accent}">${escapeHtml(text)}</span>`,
};
