// Local modules again: %reload and %autoreload.
import { type MagicCall, MagicError, splitWords } from './host';

export function reload({ arguments: rest, host }: MagicCall): void {
  const specifiers = splitWords(rest);
  if (specifiers.length === 0) host.modules.reloadAll();
  for (const specifier of specifiers) host.modules.reload(specifier);
}

export function autoreload({ arguments: rest, host: { modules, write } }: MagicCall): void {
  if (rest === 'on' || rest === 'off') modules.autoreload = rest === 'on';
  else if (rest !== '') throw new MagicError(`%autoreload takes on or off, not '${rest}'`);
  write(
    'stdout',
    modules.autoreload
      ? 'Autoreload is on: an import loads again what changed on disk.\n'
      : 'Autoreload is off: what is loaded stays until %reload.\n',
  );
}
