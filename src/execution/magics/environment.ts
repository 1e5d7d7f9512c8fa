// The directory and the environment that code runs in: %cd, %pwd, %env, %dotenv.
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { type MagicCall, MagicError, onlyWord, reasonOf } from './host';

/** Where `%cd -` leads. */
let previous: string | undefined;

export function changeDirectory({ arguments: rest, host }: MagicCall): void {
  const target = onlyWord('%cd', rest) ?? '~';
  const path = target === '-' ? previous : resolve(target.replace(/^~(?=$|[\\/])/, homedir()));
  if (path === undefined) throw new MagicError('%cd - goes back, and there was no %cd before it');
  const left = process.cwd();
  try {
    process.chdir(path);
  } catch (error) {
    throw new MagicError(`%cd cannot go to ${path}: ${reasonOf(error)}`, { cause: error });
  }
  previous = left;
  host.write('stdout', `${process.cwd()}\n`);
}

export const workingDirectory = (): string => process.cwd();

/** `%env`, `%env NAME`, `%env NAME=value`, `%env NAME value` */
export function environment({ arguments: rest, host }: MagicCall): unknown {
  if (rest === '') {
    const lines = Object.keys(process.env)
      .sort()
      .map((name) => `${name}=${process.env[name]}\n`);
    return host.write('stdout', lines.join(''));
  }
  const [, name, sign, value = ''] = /^([^\s=]+)\s*(=|\s|$)\s*(.*)$/.exec(rest) ?? [];
  if (name === undefined) throw new MagicError(`%env takes NAME or NAME=value, not '${rest}'`);
  if (!sign) return process.env[name] ?? host.write('stdout', `${name} is not set.\n`);
  process.env[name] = value.replace(/^(["'])(.*)\1$/, '$2');
  return undefined;
}

export function readDotenv({ arguments: rest, host }: MagicCall): void {
  const file = onlyWord('%dotenv', rest) ?? '.env';
  const path = resolve(host.directory, file);
  const names = loadDotenv(path);
  host.write('stdout', names.length > 0 ? `${path}: ${names.join(', ')}\n` : `${path}: nothing new\n`);
}

/**
 * Reads a file of variables into process.env. What is set already stays.
 * @returns the names that were set
 */
export function loadDotenv(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new MagicError(`there is no ${path}`);
    throw new MagicError(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  const entries = Object.entries(parseEnv(text)).filter(([name]) => process.env[name] === undefined);
  for (const [name, value] of entries) process.env[name] = value;
  return entries.map(([name]) => name);
}

/** Reads the file that the settings name. That no file is there is no error, since a setting is for all notebooks. */
export function readSettingDotenv(directory: string, file: string): void {
  const path = resolve(directory, file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) loadDotenv(path);
}
