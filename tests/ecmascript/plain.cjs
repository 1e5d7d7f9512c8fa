// Plain Node: runs each program that its parent sends and answers with what came of it. Knows nothing of the kernel.
const { inspect, types } = require('node:util');
const { runInThisContext } = require('node:vm');

// How the kernel shows a result is the kernel's choice; what the result is, is not.
const shown = { depth: 4, breakLength: 80, maxStringLength: 10_000 };
const { stringify } = JSON;
// biome-ignore lint/security/noGlobalEval: the language's own evaluation is what cells are held to
const indirectEval = eval;
let written = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (text) => {
    written[name] += text;
    return true;
  };
}

function describe(thrown) {
  if (!types.isNativeError(thrown))
    return { name: 'Thrown', message: inspect(thrown, { depth: 4, customInspect: false }) };
  const { name, message } = thrown;
  return { name: String(name), message: String(message), className: String(thrown.constructor.name) };
}

/**
 * A script is strict code of an indirect eval, which has a scope of its own and a completion value; a script that is to make
 * globals runs as one; a module is a file of its own.
 */
function evaluate({ kind, source }) {
  if (kind === 'module')
    return import(`data:text/javascript,${encodeURIComponent(source)}`).then(() => undefined);
  if (kind === 'global') return runInThisContext(`'use strict'; void 0;\n${source}`);
  return indirectEval(`'use strict'; void 0;\n${source}`);
}

async function run(program) {
  written = { stdout: '', stderr: '' };
  const outcome = {};
  try {
    const value = evaluate(program);
    if (program.kind === 'module') await value;
    else {
      if (value !== undefined) outcome.result = inspect(value, shown);
      // What is written later belongs to no program.
      Object.assign(outcome, written);
      if (types.isPromise(value)) {
        outcome.settled = await settle(value);
        // A cell pictures a promise when its jobs have run, and one that came to nothing not at all.
        if (outcome.settled.result !== undefined) outcome.result = inspect(value, shown);
        else if (outcome.settled.error === undefined) delete outcome.result;
      }
      return outcome;
    }
  } catch (error) {
    outcome.error = describe(error);
  }
  return Object.assign(outcome, written);
}

async function settle(promise) {
  try {
    const value = await promise;
    return value === undefined ? {} : { result: inspect(value, shown) };
  } catch (error) {
    return { error: describe(error) };
  }
}

process.on('unhandledRejection', () => {});
process.on('message', async (programs) => {
  for (const program of programs) process.send(stringify(await run(program)));
});
