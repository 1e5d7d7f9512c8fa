// %inspect: Node's inspector for the thread that runs the cells, to which debuggers of editors and browsers attach.
// Rule: only this machine can reach it, and only while it is open: whoever does can run code as the person.
import { isConfined } from '../../system/permissions';
import { escapeHtml } from '../../text/html';
import { type MagicCall, MagicError } from './host';

/** Nobody beyond this machine. */
const address = '127.0.0.1';

export function inspectThread({ arguments: given, host }: MagicCall): void {
  if (isConfined)
    throw new MagicError(
      'A kernel that is confined by --permission has no %inspect: who attaches could do what cells may not',
    );
  const port = /^\d+$/.test(given) ? Number(given) : undefined;
  const isPort = port !== undefined && port > 0 && port < 65_536;
  if (given !== '' && given !== 'off' && !isPort)
    throw new MagicError(`%inspect takes nothing, a port (%inspect 9229) or off, not '${given}'`);
  // Of this thread: its session begins with the cells' realm, not with the kernel's.
  const inspector = require('node:inspector') as typeof import('node:inspector');
  const before = inspector.url();
  if (isPort && before !== undefined)
    throw new MagicError(`The inspector is open already, at ${before}. %inspect off closes it`);
  if (given === 'off' || before !== undefined) {
    inspector.close();
    host.write(
      'stdout',
      before === undefined ? 'The inspector is not open.\n' : 'The inspector is closed.\n',
    );
    return;
  }
  try {
    inspector.open(port ?? 0, address);
  } catch (error) {
    throw new MagicError(`The inspector cannot be opened: ${(error as Error).message}`);
  }
  const url = inspector.url();
  if (url === undefined)
    throw new MagicError(
      `The inspector cannot be opened at port ${port}: another program may have it. %inspect takes a free one`,
    );
  host.display(describe(url));
}

/** The thread is about to end: Node would wait for each debugger to go by itself. */
export function closeInspector(): void {
  const inspector = require('node:inspector') as typeof import('node:inspector');
  if (inspector.url() !== undefined) inspector.close();
}

/** How to get there, from the two kinds of debuggers that there are. */
function describe(url: string): { readonly 'text/plain': string; readonly 'text/html': string } {
  const { host, port } = new URL(url);
  const devtools = `devtools://devtools/bundled/js_app.html?v8only=true&ws=${url.slice('ws://'.length)}`;
  const launch = `{ "type": "node", "request": "attach", "name": "Notebook", "address": "${address}", "port": ${port} }`;
  const ways: readonly (readonly [string, string])[] = [
    ['VS Code, in launch.json', launch],
    ['Chrome, as an address', devtools],
    ['Others', url],
  ];
  const told = 'It listens on the machine of the kernel only. %inspect off closes it.';
  const lines = ways.map(([way, text]) => `${way}:\n    ${text}`);
  const list = `http://${host}/json/list`;
  const items = ways.map(
    ([way, text]) => `<dt>${escapeHtml(way)}</dt><dd><code>${escapeHtml(text)}</code></dd>`,
  );
  return {
    'text/plain': [`The thread of the cells can be debugged at ${url}`, ...lines, told].join('\n'),
    'text/html': `The thread of the cells can be debugged at <a href="${list}" target="_blank">${host}</a>.<dl>${items.join('')}</dl>${told}`,
  };
}
