// What the commands of the protocol take, as far as they are read here.
// Rule: clients may send anything; what is missing or of a wrong kind is named, before anything is done.

type Kind = 'string' | 'number' | 'strings' | 'source' | 'breakpoints';
/** With a question mark: may be left out. */
type Fields = { readonly [field: string]: Kind | `${Kind}?` };

const fieldsOf: { readonly [command: string]: Fields } = {
  completions: { text: 'string', column: 'number', line: 'number?', frameId: 'number?' },
  evaluate: { expression: 'string', frameId: 'number?', context: 'string?' },
  scopes: { frameId: 'number' },
  setBreakpoints: { source: 'source', breakpoints: 'breakpoints?' },
  setExceptionBreakpoints: { filters: 'strings' },
  setExpression: { expression: 'string', value: 'string', frameId: 'number?' },
  setVariable: { variablesReference: 'number', name: 'string', value: 'string' },
  source: { source: 'source' },
  stackTrace: { startFrame: 'number?', levels: 'number?' },
  variables: { variablesReference: 'number', start: 'number?', count: 'number?', filter: 'string?' },
};

const ofBreakpoint: Fields = {
  line: 'number',
  column: 'number?',
  condition: 'string?',
  hitCondition: 'string?',
  logMessage: 'string?',
};

/** @returns the arguments; null counts as absent @throws Error that names the first one that is wrong */
export function checkArguments(command: string, given: object): object {
  return check(given, fieldsOf[command] ?? {}, '');
}

function check(given: object, fields: Fields, owner: string): object {
  const checked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  for (const [name, kind] of Object.entries(fields)) {
    const value: unknown = checked[name];
    if (value === undefined && kind.endsWith('?')) continue;
    checked[name] = read(value, kind.replace('?', '') as Kind, owner + name);
  }
  return checked;
}

function read(value: unknown, kind: Kind, name: string): unknown {
  switch (kind) {
    case 'source':
      return check(isObject(value) ? value : {}, { path: 'string' }, `${name}.`);
    case 'breakpoints':
      if (!Array.isArray(value)) throw new Error(`"${name}" must be a list`);
      return value.map((each: unknown, at) =>
        check(isObject(each) ? each : {}, ofBreakpoint, `${name}[${at}].`),
      );
    case 'strings':
      if (!Array.isArray(value) || value.some((each) => typeof each !== 'string'))
        throw new Error(`"${name}" must be a list of strings`);
      return value;
    default:
      if (typeof value !== kind) throw new Error(`"${name}" must be a ${kind}`);
      return value;
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
