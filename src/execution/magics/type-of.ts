// %typeof: the type of a value, to read or to paste.
import { type MagicCall, MagicError, splitWords } from './host';

const named = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

export function showType({ arguments: rest, host }: MagicCall): void {
  const [name = '', as, ...more] = splitWords(rest);
  const isSaid = more.length === 0 && named.test(name) && (as === undefined || named.test(as));
  if (!isSaid)
    throw new MagicError(
      '%typeof takes a name, and what to call its type: %typeof users User. For an expression, give it a name first',
    );
  const text = host.typeOf(name, as);
  if (text === undefined) throw new MagicError(`no cell has given ${name} a value; %who lists the names`);
  host.write('stdout', `${text}\n`);
}
