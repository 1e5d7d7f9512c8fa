// Names that people bring along from other languages and from web pages, and what they are called here.
// Rule: only what is missing is looked up here, so a name of the user's own never is.

const prints = 'To print, write console.log(…).';
const nothing = 'TypeScript’s words for nothing are null and undefined.';
const noPage = 'There is no page here, cells run in Node';
const readsHtml = `${noPage}: display.html('…') shows HTML, and jsdom reads it (%npm install jsdom).`;
const asks = `${noPage}: input('…') asks.`;
const keeps = `${noPage}: variables stay from cell to cell, node:fs writes files.`;
const later = `${noPage}: setTimeout(…) calls something later, setInterval(…) again and again.`;

const noImage = `${noPage}: display(bytes) shows a picture; canvas and sharp make them (%npm install sharp).`;
const address = `${noPage}, and so no address: new URL(…) takes one apart.`;
const numbers = (name: string) => `Write Math.${name}(…).`;

const leaves =
  'A notebook’s kernel is ended in its menu (Kernel, Shut Down); process.exit() ends the cell. In a console, exit leaves.';

const names: { readonly [name: string]: string } = {
  // Python
  print: prints,
  None: nothing,
  True: 'Write true in small letters.',
  False: 'Write false in small letters.',
  len: 'The length of a text or an array x is x.length, the size of a Map or a Set x.size.',
  range: 'Array.from({ length: n }, (_, i) => i) has the numbers from 0 to n - 1.',
  str: 'String(x) makes a text of x.',
  int: 'Number.parseInt(x) makes an integer of a text, Math.trunc(x) of a number.',
  float: 'Number(x) makes a number of a text.',
  dict: 'Write { key: value }, or new Map() for keys of any kind.',
  list: 'Write [1, 2] for an array; Array.from(x) makes one of whatever can be iterated.',
  pass: 'A block may be empty: { }',
  ValueError: 'Write new RangeError(…), or new Error(…).',
  Exception: 'Write new Error(…).',
  Null: nothing,
  TRUE: 'Write true in small letters.',
  FALSE: 'Write false in small letters.',
  self: 'In a method the object is this; the global object is globalThis.',
  // Ruby, PHP, Go, Java, C#, shells
  puts: prints,
  exit: leaves,
  quit: leaves,
  echo: prints,
  printf: prints,
  println: prints,
  fmt: prints,
  System: prints,
  Console: prints,
  nil: nothing,
  NULL: nothing,
  // Pages
  window: `${noPage}: the global object is globalThis.`,
  document: readsHtml,
  DOMParser: readsHtml,
  HTMLElement: readsHtml,
  Image: noImage,
  HTMLCanvasElement: noImage,
  OffscreenCanvas: noImage,
  CanvasRenderingContext2D: noImage,
  Audio: `${noPage}: display.html('…') shows an audio element.`,
  $: readsHtml,
  jQuery: readsHtml,
  MutationObserver: readsHtml,
  location: address,
  FileReader: 'Write await blob.text() or await blob.arrayBuffer().',
  indexedDB: keeps,
  Worker: "Import it: import { Worker } from 'node:worker_threads'",
  alert: `${noPage}: console.log(…) prints, display(…) shows.`,
  confirm: asks,
  prompt: asks,
  XMLHttpRequest: 'Write await fetch(…).',
  localStorage: keeps,
  sessionStorage: keeps,
  requestAnimationFrame: later,
  // Other runtimes, and modules that are no cells
  Deno: 'Cells run in Node, not in Deno: node:fs, node:process and node:http do what Deno.* does.',
  Bun: 'Cells run in Node, not in Bun: node:fs, node:process and node:http do what Bun.* does.',
  __dirname: 'The directory of the notebook is import.meta.dirname.',
  __filename: 'A cell is no file; the directory of the notebook is import.meta.dirname.',
  exports: 'Later cells have the names of this one: nothing needs to be exported.',
};

/** Functions of other languages. Their names are good ones for variables too. */
const calls: { readonly [name: string]: string } = {
  tuple: 'Write [1, 2].',
  sorted: 'Write list.toSorted().',
  reversed: 'Write list.toReversed().',
  enumerate: 'Write for (const [i, x] of list.entries()) …',
  zip: 'Write list.map((x, i) => [x, other[i]]).',
  sum: 'Write list.reduce((sum, x) => sum + x, 0).',
  abs: numbers('abs'),
  round: numbers('round'),
  sqrt: numbers('sqrt'),
  chr: 'Write String.fromCodePoint(n).',
  ord: 'Write text.codePointAt(0).',
  isinstance: 'Write x instanceof Class, or typeof x.',
};

/**
 * What to write instead of a name that is not defined.
 * @param code from the name on
 */
export function explainName(name: string, code: string): string | undefined {
  if (code.startsWith(`${name}(`) && Object.hasOwn(calls, name)) return calls[name];
  return Object.hasOwn(names, name) ? names[name] : undefined;
}
