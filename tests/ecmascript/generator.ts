// Programs by chance: a small grammar and a seed. The same seed makes the same program on every machine.
// Rule: every program ends, and soon: loops count, functions call only functions that stand before them, and what is
// assigned in a loop or a function is cut to a small value.

/** What a program is about. */
export type Theme = 'completion' | 'mixed' | 'await';

interface Variable {
  readonly name: string;
  /** `fixed` may not be assigned to: a loop counts with it, or it may not be initialised yet. */
  readonly kind: 'let' | 'const' | 'var' | 'function' | 'class' | 'fixed';
}

/** The names that a statement sees, and where it stands. */
interface Place {
  readonly variables: readonly Variable[];
  readonly depth: number;
  readonly inFunction: boolean;
  /** In a value that is made of others: it must not grow with each statement. */
  readonly isPart: boolean;
  readonly isAsync: boolean;
  readonly inLoop: boolean;
  readonly inSwitch: boolean;
  readonly labels: readonly { readonly name: string; readonly isLoop: boolean }[];
}

const prelude =
  'const cut = (x) => typeof x === "string" ? x.slice(0, 9) : typeof x === "bigint" ? x % 99n : typeof x === "object" || typeof x === "function" ? typeof x : x;';
const words = ['a', 'b', 'x', 'length'];

/** A number from 0 up to 1, by mulberry32. */
function randomness(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The source of a program. */
export function generateProgram(seed: number, theme: Theme): string {
  const random = randomness(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const chance = (probability: number): boolean => random() < probability;
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)]!;
  const some = (least: number, most: number, make: (index: number) => string): string[] =>
    Array.from({ length: least + below(most - least + 1) }, (_, index) => make(index));
  let made = 0;
  const fresh = (letter: string): string => `${letter}${made++}`;

  const top: Place = {
    variables: [],
    depth: 0,
    inFunction: false,
    isPart: false,
    isAsync: theme === 'await',
    inLoop: false,
    inSwitch: false,
    labels: [],
  };
  const { text, place } = statements(top, 4, 9);
  // Functions are there before their declarations, what they read may not be.
  const early = place.variables
    .filter(({ kind }) => kind === 'function' && chance(0.5))
    .map(({ name }) => `try { console.log(${name}(1)) } catch (e) { console.log(String(e)) }\n`);
  const visible = place.variables.map(({ name, kind }) => (kind === 'class' ? `${name}.name` : name));
  const ending = chance(0.5) || theme === 'await' ? `\nconsole.log(${['"end"', ...visible].join(', ')})` : '';
  return theme === 'completion' ? `${prelude}\n${text}` : `${prelude}\n${early.join('')}${text}${ending}`;

  /** A list of statements, and the place after them. */
  function statements(from: Place, least: number, most: number): { text: string; place: Place } {
    let place = from;
    const lines = some(least, most, () => {
      const made = chance(theme === 'completion' ? 0.1 : 0.4) ? declaration(place) : { text: guarded(place) };
      if ('variables' in made) place = { ...place, variables: [...place.variables, ...made.variables] };
      return made.text;
    });
    return { text: lines.join(from.depth === 0 ? '\n' : ' '), place };
  }

  /** A statement that mostly does not end the program. */
  function guarded(place: Place): string {
    if (place.depth > 0 || theme === 'completion' || chance(0.4)) return statement(place);
    return `try { ${statement({ ...place, depth: 1 })} } catch (e) { console.log(String(e)) }`;
  }

  function block(place: Place): string {
    return `{ ${statements({ ...place, depth: place.depth + 1 }, 0, 3).text} }`;
  }

  function statement(place: Place): string {
    const deeper = { ...place, depth: place.depth + 1 };
    if (place.depth > 3 || chance(0.3)) return simple(place);
    const looping = { ...deeper, inLoop: true };
    switch (below(13)) {
      case 0:
        return `if (${expression(place, 1)}) ${body(deeper)}${chance(0.5) ? ` else ${body(deeper)}` : ''}`;
      case 1: {
        const kind = pick(['let', 'var'] as const);
        const name = fresh('i');
        return `for (${kind} ${name} = 0; ${name} < ${1 + below(3)}; ${name}++) ${body(withVariable(looping, name, 'fixed'))}`;
      }
      case 2: {
        const { pattern, variables } = bindings(place, 'const');
        const wait = place.isAsync && chance(0.3) ? ' await' : '';
        const head = `${pick(['const', 'let'])} ${pattern} of ${list(place)}`;
        return `for${wait} (${head}) ${body({ ...looping, variables: [...place.variables, ...variables] })}`;
      }
      case 3: {
        const name = fresh('k');
        const head = `${pick(['const', 'let', 'var'])} ${name} in ${object(place, 1)}`;
        return `for (${head}) ${body(withVariable(looping, name, 'fixed'))}`;
      }
      case 4: {
        const name = fresh('n');
        return `{ let ${name} = ${below(4)}; while (${name}-- > 0) ${body(looping)} }`;
      }
      case 5: {
        const name = fresh('n');
        return `{ let ${name} = ${below(3)}; do ${body(looping)} while (${name}-- > 0); }`;
      }
      case 6: {
        const name = fresh('L');
        const isLoop = chance(0.5);
        const labels = [...place.labels, { name, isLoop }];
        return isLoop
          ? `${name}: for (const ${fresh('x')} of [1, 2]) ${block({ ...looping, labels })}`
          : `${name}: ${pick([block, tryStatement, ifBlock])({ ...deeper, labels })}`;
      }
      case 7: {
        const inside = { ...deeper, inSwitch: true };
        const cases = some(
          0,
          3,
          (index) => `case ${index}: ${statementList(inside)}${chance(0.5) ? ' break;' : ''}`,
        );
        if (chance(0.5)) cases.splice(below(cases.length + 1), 0, `default: ${statementList(inside)}`);
        return `switch (${chance(0.7) ? below(4) : expression(place, 1)}) { ${cases.join(' ')} }`;
      }
      case 8:
      case 9:
        return tryStatement(deeper);
      case 10:
        return block(deeper);
      case 11:
        return jump(place);
      default:
        return simple(place);
    }
  }

  function statementList(place: Place): string {
    return some(0, 2, () => statement(place)).join(' ');
  }

  function body(place: Place): string {
    return chance(0.8) ? block(place) : `${literal()};`;
  }

  function ifBlock(place: Place): string {
    return `if (${expression(place, 0)}) ${block(place)}`;
  }

  function tryStatement(place: Place): string {
    const name = fresh('e');
    const report = theme === 'completion' ? '' : `console.log(String(${name})); `;
    const handler = ` catch (${name}) { ${report}${statements({ ...place, depth: place.depth + 1 }, 0, 2).text} }`;
    switch (below(4)) {
      case 0:
        return `try ${block(place)} finally ${block(place)}`;
      case 1:
        return `try ${block(place)}${handler} finally ${block(place)}`;
      default:
        return `try ${block(place)}${handler}`;
    }
  }

  function jump(place: Place): string {
    const choices: string[] = [];
    if (place.inLoop) choices.push('break', 'continue');
    else if (place.inSwitch) choices.push('break');
    for (const { name, isLoop } of place.labels)
      choices.push(`break ${name}`, ...(isLoop ? [`continue ${name}`] : []));
    if (place.inFunction) choices.push(`return ${expression(place, 1)}`);
    else if (choices.length === 0) return chance(0.2) ? `throw ${expression(place, 1)};` : simple(place);
    const conditional = chance(0.4) ? `if (${expression(place, 0)}) ` : '';
    return `${conditional}${pick(choices)};`;
  }

  function simple(place: Place): string {
    if (theme === 'completion' && chance(0.8)) return `${pick([made++, `'${fresh('s')}'`])};`;
    if (chance(0.15)) return ';';
    if (chance(0.3)) return `console.log(${expression(place, 2)});`;
    if (chance(0.3)) return assignment(place);
    if (chance(0.1)) return textOf(place);
    const text = expression(place, 3);
    return `${/^(?:[{[`/+-]|function|class|async)/.test(text) ? `;(${text})` : text};`;
  }

  function textOf({ variables }: Place): string {
    const texts = variables.filter(({ kind }) => kind === 'function' || kind === 'class');
    return texts.length > 0 ? `console.log(String(${pick(texts).name}));` : ';';
  }

  function assignment(place: Place): string {
    const targets = place.variables.filter(
      ({ kind }) => kind === 'let' || kind === 'var' || kind === 'const',
    );
    const constants = chance(0.9) ? targets.filter(({ kind }) => kind !== 'const') : targets;
    if (constants.length === 0) return `console.log(${expression(place, 1)});`;
    const { name } = pick(constants);
    const another = pick(constants).name;
    switch (below(6)) {
      case 0:
        return `${pick([`${name}++`, `--${name}`])};`;
      case 1:
        return `${name} ${pick(['+=', '-=', '??=', '||=', '&&=', '*='])} ${literal()}; ${name} = cut(${name});`;
      case 2:
        return `;[${name}, ${another} = ${literal()}] = [${another}, cut(${name})];`;
      case 3:
        return `;({ a: ${name}, ...${another} } = ${object(place, 0)});`;
      default:
        return `${name} = cut(${expression(place, 2)});`;
    }
  }

  function declaration(place: Place): { text: string; variables: Variable[] } {
    switch (below(8)) {
      case 0:
      case 1: {
        const kind = pick(['let', 'const', 'var'] as const);
        const { pattern, variables } = bindings(place, kind);
        const isPattern = variables.length !== 1 || pattern !== variables[0]!.name;
        const value = isPattern ? pick([list, (at: Place) => object(at, 1)])(place) : expression(place, 3);
        return { text: `${kind} ${pattern} = ${value};`, variables };
      }
      case 2: {
        const name = fresh('f');
        const { text, keyword } = functionText(place, name);
        const kind = keyword === 'function ' ? 'function' : 'const';
        return { text: `${keyword}${name}${text}`, variables: [{ name, kind }] };
      }
      case 3: {
        const name = fresh('C');
        return { text: `class ${name}${classText(place)}`, variables: [{ name, kind: 'class' }] };
      }
      case 4: {
        const kind = pick(['let', 'var'] as const);
        const [first, second] = [fresh('v'), fresh('v')];
        return {
          text: `${kind} ${first}, ${second} = ${expression(place, 1)};`,
          variables: [first, second].map((name) => ({ name, kind })),
        };
      }
      default: {
        const kind = pick(['let', 'const', 'var'] as const);
        const hidden = place.variables.filter(
          ({ kind }) => kind === 'let' || kind === 'const' || kind === 'var',
        );
        const shadows = place.depth > 0 && kind !== 'var' && hidden.length > 0 && chance(0.2);
        const name = shadows ? pick(hidden).name : fresh('v');
        const value = expression(place, 3);
        // TypeScript takes a parenthesis and a block on the next line for an arrow function.
        const end = chance(0.8) || value.endsWith(')') ? ';' : '\n';
        return { text: `${kind} ${name} = ${value}${end}`, variables: [{ name, kind }] };
      }
    }
  }

  function bindings(place: Place, kind: Variable['kind']): { pattern: string; variables: Variable[] } {
    const variables: Variable[] = [];
    const bind = (): string => {
      const name = fresh('d');
      variables.push({ name, kind });
      return chance(0.3) ? `${name} = ${expression(place, 0)}` : name;
    };
    switch (below(4)) {
      case 0:
        return { pattern: `[${bind()}, ${chance(0.3) ? ', ' : ''}${bind()}, ...${bare()}]`, variables };
      case 1:
        return { pattern: `{ a: ${bind()}, b: [${bind()}] = [1], ...${bare()} }`, variables };
      case 2:
        return { pattern: `{ [${pick(["'x'", "'a' + ''"])}]: ${bind()} }`, variables };
      default:
        return { pattern: bare(), variables };
    }

    function bare(): string {
      const name = fresh('d');
      variables.push({ name, kind });
      return name;
    }
  }

  function functionText(place: Place, name: string): { text: string; keyword: string } {
    const parameters = some(0, 2, () => fresh('p'));
    const inside: Place = {
      ...top,
      variables: [
        ...place.variables.map((each): Variable => (each.kind === 'let' ? { ...each, kind: 'fixed' } : each)),
        ...parameters.map((each): Variable => ({ name: each, kind: 'let' })),
      ],
      depth: 2,
      inFunction: true,
      isAsync: false,
      isPart: false,
    };
    const { text, place: end } = statements(inside, 1, 3);
    const keyword = pick(['function ', 'function ', 'function ', 'function* ', 'async function ']);
    const given = chance(0.3)
      ? [...parameters, `${fresh('p')} = ${literal()}`, `...${fresh('p')}`]
      : parameters;
    const code = `${text}${chance(0.5) ? ` return ${expression(end, 1)}` : ''}`;
    // A rejection that nobody awaits is not what this is about.
    const isAsync = keyword === 'async function ';
    return {
      keyword,
      text: `(${given.join(', ')}) { /* ${name} */ ${isAsync ? `try { ${code} } catch (e) { return String(e) }` : code} }`,
    };
  }

  function classText(place: Place): string {
    const classes = place.variables.filter(({ kind }) => kind === 'class');
    const base = classes.length > 0 && chance(0.4) ? ` extends ${pick(classes).name}` : '';
    const fields = { ...top, variables: place.variables };
    const members = some(0, 4, () =>
      pick([
        () => `${pick(words)} = ${expression(fields, 1)};`,
        () => `static ${pick(['s', 't'])} = ${expression(fields, 1)};`,
        () => `#p${made} = ${literal()}; read${made}() { return this.#p${made++} }`,
        () => `get ${pick(['g', 'h'])}() { return ${expression(fields, 1)} }`,
        () => `['m' + ${below(3)}](${fresh('p')} = ${literal()}) { return this.${pick(words)} }`,
        () => `static { this.u = ${expression(fields, 1)} }`,
        () => `*[Symbol.iterator]() { yield* ${list(fields)} }`,
      ])(),
    );
    return `${base} { ${members.join(' ')} }`;
  }

  function literal(): string {
    return pick([
      '0',
      '1',
      '-1',
      '2.5',
      "'s'",
      "''",
      'true',
      'false',
      'null',
      'undefined',
      'NaN',
      chance(0.3) ? '3n' : '4',
      "'7'",
    ]);
  }

  function list(around: Place): string {
    const place = { ...around, isPart: true };
    switch (below(5)) {
      case 0:
        return `[${some(0, 3, () => expression(place, 0)).join(', ')}]`;
      case 1:
        return `[1, , [2, ${literal()}], { a: ${literal()} }]`;
      case 2:
        return `new Map([[${literal()}, ${literal()}], ['k', 2]])`;
      case 3:
        return `(function* () { try { yield 1; yield [2, ${literal()}] } finally { console.log('closed') } })()`;
      default:
        return pick(["'ab'", 'new Set([1, 2, 1])', '[1, 2, 3]', expression(place, 0)]);
    }
  }

  function object(around: Place, depth: number): string {
    const place = { ...around, isPart: true };
    const members = some(0, 3, () =>
      pick([
        () => `${pick(words)}: ${expression(place, depth - 1)}`,
        () => `['a' + ${below(2)}]: ${expression(place, depth - 1)}`,
        () => `get ${pick(['a', 'b'])}() { return ${literal()} }`,
        () => `m() { return this.${pick(words)} }`,
        () => `...${pick(["'xy'", '[9]', 'null', '{ b: 1, a: 2 }'])}`,
      ])(),
    );
    return `{ ${members.join(', ')} }`;
  }

  function name(place: Place): string {
    if (place.variables.length === 0 || chance(0.005)) return pick(['undefinedName', 'globalThis.nothing']);
    const { name: found } = pick(place.variables);
    return place.isPart ? `cut(${found})` : found;
  }

  function expression(place: Place, depth: number): string {
    if (depth <= 0) return chance(0.5) ? literal() : name(place);
    const inner = (): string => expression(place, depth - 1);
    const part = (): string => expression({ ...place, isPart: true }, depth - 1);
    // No text of a function: the emitter has its own layout for it.
    const small = (): string => `cut(${inner()})`;
    switch (below(24)) {
      case 0:
      case 1:
        return name(place);
      case 2:
        return literal();
      case 3:
        return `(${small()} ${pick(['+', '-', '*', '%', '/', '&', '|', '^'])} ${small()})`;
      case 4:
        return `(${small()} ${pick(['<', '>', '<=', '>=', '==', '===', '!=', '!=='])} ${small()})`;
      case 5:
        return `(${inner()} ${pick(['&&', '||', '??'])} ${inner()})`;
      case 6:
        return `(${pick(['!', 'typeof ', 'void ', '-', '~'])}${inner()})`;
      case 7:
        return `(${inner()} ? ${inner()} : ${inner()})`;
      case 8:
        return `(${inner()}, ${inner()})`;
      case 9:
        return `(${object(place, depth)})`;
      case 10:
        return `[${some(0, 3, part).join(', ')}]`;
      case 11:
        return `[...${list(place)}].length`;
      case 12:
        return `\`\${${small()}}|\${${small()}}\``;
      case 13:
        return `(${inner()})${pick(['?.a', '?.b', '?.a.b', "?.['x']", '?.length', chance(0.2) ? '.a' : '?.x', ...(place.inFunction ? [] : ['?.a?.()', '.m?.()'])])}`;
      case 14:
        return call(place, depth);
      case 15:
        return call(place, depth);
      case 16:
        return `((${fresh('p')} = ${literal()}) => ${expression({ ...place, inFunction: true, isAsync: false }, depth - 1)})`;
      case 17:
        return `((...${fresh('p')}) => ${expression({ ...place, inFunction: true, isAsync: false }, depth - 1)})(${inner()})`;
      case 18:
        return `(typeof ${pick(['undeclaredName', name(place)])})`;
      case 19:
        return `((s, ...v) => s.raw.join('_') + v.length)\`x\${${inner()}}\\n\``;
      case 20: {
        const classes = place.variables.filter(({ kind }) => kind === 'class');
        return classes.length > 0 ? `new ${pick(classes).name}()` : `(class${classText(place)})`;
      }
      case 21:
        return place.isAsync ? `(await ${inner()})` : `/a${below(9)}/.test(${inner()})`;
      case 22:
        return `String(${small()})`;
      default:
        return pick([
          `(${literal()} in ${list(place)})`,
          `(${inner()} instanceof Object)`,
          `('a' in ${object(place, 1)})`,
        ]);
    }
  }

  function call(place: Place, depth: number): string {
    const functions = place.variables.filter(({ kind }) => kind === 'function');
    const given = some(0, 2, () => expression(place, depth - 1)).join(', ');
    if (functions.length > 0 && chance(0.8)) return `${pick(functions).name}(${given})`;
    return chance(0.05) ? `${name(place)}.missing(${given})` : `Math.max(${given})`;
  }
}

function withVariable(place: Place, name: string, kind: Variable['kind']): Place {
  return { ...place, variables: [...place.variables, { name, kind }] };
}
