// The names that cells have made: %who, %whos, %reset.
import { inspect } from 'node:util';
import { hasValue, isKey, nameOfKey } from '../../compile/keys';
import { typeNameOf } from '../../realm/builtins';
import type { MagicCall } from './host';

const { getOwnPropertyDescriptor, getOwnPropertyNames, keys } = Object;

/** What is enumerable in the global object before any cell has run. */
const initial = new Set(keys(globalThis));

/** The properties of what cells declared, and of the globals that they or libraries made. */
const userNames = () => [
  ...getOwnPropertyNames(globalThis).filter((key) => isKey(key) && hasValue(nameOfKey(key))),
  ...keys(globalThis).filter((name) => !initial.has(name) && !hasValue(name)),
];

export function listNames({ host }: MagicCall): void {
  const names = userNames();
  host.write('stdout', names.length > 0 ? `${names.map(nameOfKey).join('\t')}\n` : 'No names yet.\n');
}

export function listValues({ host }: MagicCall): void {
  const rows = userNames().map((key) => {
    const name = nameOfKey(key);
    const descriptor = getOwnPropertyDescriptor(globalThis, key);
    // Getters are not run.
    if (!descriptor || !('value' in descriptor)) return [name, 'accessor', ''];
    return [name, typeNameOf(descriptor.value), previewOf(descriptor.value)];
  });
  if (rows.length === 0) return host.write('stdout', 'No names yet.\n');
  const all = [['Name', 'Type', 'Value'], ...rows];
  const widths = [0, 1].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  const line = ([name = '', type = '', value = '']: readonly string[]) =>
    `${name.padEnd(widths[0]!)}  ${type.padEnd(widths[1]!)}  ${value}`.trimEnd();
  host.write('stdout', `${all.map(line).join('\n')}\n`);
}

/** Deletes the cells' names, except non-configurable ones. */
export function resetNames({ host }: MagicCall): void {
  for (const name of userNames()) Reflect.deleteProperty(globalThis, name);
  host.forgetNames();
}

function previewOf(value: unknown): string {
  const text = inspect(value, {
    depth: 0,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    maxArrayLength: 8,
    maxStringLength: 60,
  });
  const line = text.replace(/\s*\n\s*/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
