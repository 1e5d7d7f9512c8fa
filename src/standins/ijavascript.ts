// `$$` of ijavascript, and the names of its first versions (`$$html$$ = …`).
// Rule: a cell that has called `async` ends by `done`, by what is sent without `keepAlive`, or by an interrupt.
import type { standIns } from '../globals/standins';
import type { Kernel, StandIn } from './kernel';

const kinds = {
  text: 'text/plain',
  html: 'text/html',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  json: 'application/json',
} as const;
type KindName = keyof typeof kinds;

/** The end of a cell, which waits for it. */
interface Waiting {
  end(): void;
  fail(error: unknown): void;
}

export function createSession({ display, input, sink }: Kernel): standIns.IjavascriptSession {
  const waiting = new Map<number | undefined, Waiting>();
  const cell = () => sink.cell?.();

  const wait = (): void => {
    const at = cell();
    if (waiting.has(at)) return;
    const { promise, resolve, reject } = withResolvers();
    sink.track(promise);
    // Also when the cell has been interrupted meanwhile, and nobody waits any more.
    promise.catch(() => {});
    waiting.set(at, { end: resolve, fail: reject });
  };
  const take = (): Waiting | undefined => {
    const at = cell();
    const found = waiting.get(at);
    waiting.delete(at);
    return found;
  };
  const end = () => take()?.end();
  const fail = (error: unknown): void => {
    const found = take();
    if (!found) throw error;
    found.fail(error);
  };

  /** Shows what comes, and lets the cell end unless it is to be kept. */
  const sender =
    <Content>(show: (content: Content) => void): standIns.Send<Content> =>
    (content, keepAlive = false) => {
      const arrived = (value: Content) => {
        if (keepAlive) wait();
        show(value);
        if (!keepAlive) end();
      };
      if (!(content instanceof Promise)) return arrived(content);
      wait();
      content.then(arrived).catch(fail);
    };

  /** @param show shows a bundle */
  const sending = (show: (bundle: standIns.Bundle) => void): standIns.Sending => {
    const made: Record<string, unknown> = { mime: sender(show) };
    for (const [name, mime] of Object.entries(kinds))
      made[name] = sender((content: unknown) => show({ [mime]: content }));
    return made as unknown as standIns.Sending;
  };

  return {
    ...sending((bundle) => void display.mime(bundle)),
    async(isAsync = true) {
      if (isAsync) wait();
      else end();
    },
    done(...result: [unknown?]) {
      if (result.length > 0) display(result[0]);
      end();
    },
    sendResult: sender((value: unknown) => void display(value)),
    sendError: (error, keepAlive = false) => {
      if (!keepAlive) return fail(error);
      wait();
      sink.emit({ kind: 'text', stream: 'stderr', text: `${String(error)}\n` });
    },
    input({ prompt = '', password = false } = {}, callback) {
      const line = input.async(prompt, { password });
      sink.track(line);
      if (callback) {
        wait();
        line.then(
          (text) => callback(null, text),
          (error: unknown) => callback(error, ''),
        );
      }
      return line;
    },
    display(id) {
      const options = id === undefined ? undefined : { id };
      let place: ReturnType<typeof display.mime> | undefined;
      return sending((bundle) => {
        if (place) place.update(bundle);
        else place = display.mime(bundle, undefined, options);
      });
    },
  };
}

/** Node 20 has no Promise.withResolvers. */
function withResolvers() {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

/** What assignments to `$$html$$` and so on do, and `$$done$$()`. */
export function legacyNames(session: () => standIns.IjavascriptSession): [string, StandIn][] {
  const send = (name: KindName | 'mime'): [string, StandIn] => [
    `$$${name}$$`,
    { get: () => undefined, set: (content) => session()[name](content as never) },
  ];
  return [
    ...(['html', 'svg', 'png', 'jpeg', 'mime'] as const).map(send),
    ['$$async$$', { get: () => false, set: (value) => session().async(Boolean(value)) }],
    ['$$done$$', { get: () => session().done }],
  ];
}
