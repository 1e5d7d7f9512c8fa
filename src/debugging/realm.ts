// The part of the debugger that is in the realm of the cells (`execution/debugged`), as this thread calls it.
// Rule: what may run code of the cells is given a time, for nothing else ends it; what is only looked at is not.
import type { Runtime } from 'node:inspector';
import type { Bound, CompiledCell } from '../compile/types';
import type { Description, NamedDescription } from '../threads/description';
import { type CutReason, type Evaluations, type PrivateProperty, type Target, threadEnded } from './target';

/** How long code may run that the debugger evaluates, in milliseconds. The thread hears of nothing else meanwhile. */
const patience = 5000;
/** And how long what only looks, which nothing cuts off before: V8 takes what could for a change. */
const glance = 1000;
/** By how much V8's timer may come early, in milliseconds: it counts whole ones. */
const earliness = 2;
/** After how long a person who interrupts means what is evaluated, and not the pause behind it, in milliseconds. */
const longEvaluation = 200;

type Remote = Runtime.RemoteObject;
type Private = { readonly privateProperties?: PrivateProperty[] };
/** A value of the realm as what is called there takes it. */
export type Handle = Runtime.CallArgument;

/** Code that was evaluated threw. */
export class Thrown extends Error {}

/** What code is evaluated with. */
export interface Evaluation {
  /** What holds on to the value. */
  readonly group: string;
  /** Of the frame; nothing: outside of all. */
  readonly callFrameId?: string | undefined;
  /** Whatever would change something ends it. */
  readonly isPure?: boolean;
  /** The value of the promise that comes. */
  readonly isAwaited?: boolean;
}

export interface RealmOptions {
  readonly evaluations: Evaluations;
  isPaused(): boolean;
  /** Has code evaluated that needs no frame (see `Pauses.evaluate`). */
  evaluateAnywhere<T>(evaluate: (frame?: string) => Promise<T>): Promise<T>;
}

export const handleOf = ({ objectId, value, unserializableValue }: Remote): Handle =>
  objectId !== undefined
    ? { objectId }
    : unserializableValue !== undefined
      ? { unserializableValue }
      : { value: value as unknown };

export class Realm {
  readonly #target: Target;
  readonly #evaluations: Evaluations;
  readonly #isPaused: () => boolean;
  readonly #evaluateAnywhere: RealmOptions['evaluateAnywhere'];
  #helper: Promise<string> | undefined;
  /** How many are being evaluated, and since when there is one. */
  #underway = 0;
  #since = 0;

  constructor(target: Target, { evaluations, isPaused, evaluateAnywhere }: RealmOptions) {
    this.#target = target;
    this.#evaluations = evaluations;
    this.#isPaused = isPaused;
    this.#evaluateAnywhere = evaluateAnywhere;
  }

  /** Ends what has been evaluated for a while. @returns whether there is such code: what only looks ends by itself */
  interrupt(): boolean {
    const isLong = this.#underway > 0 && performance.now() - this.#since >= longEvaluation;
    if (isLong) this.#evaluations.cutOff('interrupt');
    return isLong;
  }

  /** @throws Thrown with what was thrown, in one line */
  async evaluate(expression: string, evaluation: Evaluation): Promise<Remote> {
    const made = await this.#evaluate(expression, evaluation);
    if (!evaluation.isAwaited || made.subtype !== 'promise') return made;
    // Not with the code: when that has come to its end has to be known.
    const answer = await this.#target.call('Runtime.awaitPromise', { promiseObjectId: made.objectId! });
    return this.#resultOf(answer);
  }

  async #evaluate(expression: string, { group, callFrameId, isPure = false }: Evaluation): Promise<Remote> {
    const asks = {
      expression,
      objectGroup: group,
      silent: true,
      throwOnSideEffect: isPure,
      timeout: isPure ? glance : patience,
    };
    const began = performance.now();
    if (this.#underway++ === 0) this.#since = began;
    if (!isPure) this.#evaluations.begin();
    let reason: CutReason | undefined;
    const send = (frame?: string) =>
      frame === undefined
        ? this.#target.call('Runtime.evaluate', { ...asks, disableBreaks: true })
        : this.#target.call('Debugger.evaluateOnCallFrame', { ...asks, callFrameId: frame });
    const answer = await (callFrameId === undefined ? this.#evaluateAnywhere(send) : send(callFrameId))
      .catch((error: Error) => {
        if (!/terminated/.test(error.message)) throw error;
        // The thread is ended by whoever has no patience.
        const isLate = performance.now() - began >= asks.timeout - earliness;
        throw new Thrown(isLate ? (isPure ? looksLong : tooLong) : cutOff.end);
      })
      .finally(() => {
        this.#underway--;
        if (!isPure) reason = this.#evaluations.end();
      });
    if (reason !== undefined && answer.exceptionDetails) throw new Thrown(cutOff[reason]);
    return this.#resultOf(answer);
  }

  async #resultOf({ result, exceptionDetails }: Runtime.EvaluateReturnType): Promise<Remote> {
    if (exceptionDetails) throw new Thrown(await this.#explain(exceptionDetails));
    return result;
  }

  async #explain({ exception, text }: Runtime.ExceptionDetails): Promise<string> {
    if (!exception) return text;
    const [thrown] = await this.describe([exception]);
    if (thrown!.text.endsWith('was interrupted by `SIGINT`')) {
      // A signal from outside, which is for what else runs as well.
      if (!this.#isPaused()) this.#evaluations.passOn();
      return cutOff.interrupt;
    }
    if (exception.subtype !== 'error') return `Thrown: ${thrown!.text}`;
    return /^EvalError: Possible side-effect/.test(thrown!.text) ? impure : thrown!.text;
  }

  /** What values are like, each in a few words. */
  async describe(values: readonly Remote[]): Promise<Description[]> {
    if (values.length === 0) return [];
    return (await this.#call('describe', values.map(handleOf), { returnByValue: true })) as Description[];
  }

  async names(names: readonly string[]): Promise<NamedDescription[]> {
    return (await this.#call('names', [{ value: names }], { returnByValue: true })) as NamedDescription[];
  }

  look(name: string, group: string): Promise<Remote> {
    return this.#object('look', [{ value: name }], group);
  }

  /** Some members of a value, or some of its elements (see `Debugged.page`). */
  async page(
    value: Handle,
    part: 'elements' | 'members',
    start: number,
    count: number,
    group: string,
  ): Promise<Runtime.PropertyDescriptor[]> {
    const rest = [{ value: part }, { value: start }, { value: count }];
    const { objectId } = await this.#object('page', [value, ...rest], group);
    const { result } = await this.#target.call('Runtime.getProperties', {
      objectId: objectId!,
      ownProperties: true,
    });
    return result;
  }

  /** The accessors that the classes of a value give it. V8 tells them too, and asks proxies that are among these. */
  async inheritedAccessors(value: Handle, group: string): Promise<Runtime.PropertyDescriptor[]> {
    const { objectId } = await this.#object('inheritedAccessors', [value], group);
    const { result } = await this.#target.call('Runtime.getProperties', {
      objectId: objectId!,
      ownProperties: true,
    });
    return result;
  }

  async membersOf(value: Handle, prefix: string): Promise<readonly string[]> {
    return (await this.#call('members', [value, { value: prefix }], {
      returnByValue: true,
    })) as readonly string[];
  }

  async bind(name: string, value: Handle): Promise<void> {
    await this.#call('bind', [{ value: name }, value]);
  }

  /** @throws Thrown when it cannot be set */
  async set(target: Handle, kind: 'member' | 'entry', key: string | number, value: Handle): Promise<void> {
    await this.#call('hold', [target, value]);
    await this.evaluate(`${helper}.set(${JSON.stringify(kind)},${JSON.stringify(key)})`, { group: '' }).catch(
      (error: Error) => {
        throw new Thrown(error.message.replace(/^TypeError: /, ''));
      },
    );
  }

  /** Names that code mentions and no cell has declared: they are what the realm has by then. */
  async mention({ mentions, probes }: CompiledCell): Promise<void> {
    if (mentions.length + probes.length > 0)
      await this.#call('mention', [{ value: mentions }, { value: probes }]);
  }

  /** What the latest code of the console has declared. */
  async takeBound(): Promise<Bound | undefined> {
    return (await this.#call('takeBound', [], { returnByValue: true })) as Bound | undefined;
  }

  /** Runs a getter. @throws Thrown */
  async get(receiver: Handle, getter: Handle, group: string): Promise<Remote> {
    await this.#call('hold', [receiver, getter]);
    return this.evaluate(`${helper}.get()`, { group });
  }

  /** What is shown of a value, by its own methods as well. @throws Thrown */
  async show(value: Handle, how: 'render' | 'text', group: string): Promise<Remote> {
    await this.#call('hold', [value]);
    return this.evaluate(`${helper}.${how}(${longestText})`, { group });
  }

  /** Whether an object stands for a text that is long: it is held then, for code to take by `heldText`. */
  async holdText(value: Remote): Promise<boolean> {
    const [description] = value.objectId === undefined ? [] : await this.describe([value]);
    if (description?.type !== 'string') return false;
    await this.#call('hold', [handleOf(value)]);
    return true;
  }

  /** The text that is held, whole: this takes a while. */
  async takeText(): Promise<Remote> {
    const { result } = await this.#target.call('Runtime.evaluate', {
      expression: heldText,
      disableBreaks: true,
    });
    return result;
  }

  /** What is in a scope or a value, with objects in place of texts that are long. */
  async membersIn(objectId: string, group: string): Promise<Runtime.GetPropertiesReturnType & Private> {
    const pageOf = async (isForced: boolean) =>
      (await this.#object('handOverMembers', [{ objectId }, { value: isForced }], group)).objectId;
    const propertiesOf = (id: string) =>
      this.#target.call('Runtime.getProperties', { objectId: id, ownProperties: true });
    const page = await pageOf(false);
    if (page !== undefined) return propertiesOf(page);
    // V8 asks a proxy that an object inherits from for its class, and gives up when that throws.
    return propertiesOf(objectId).catch(async () => propertiesOf((await pageOf(true))!));
  }

  /** A value of plain data, whole. */
  async json({ objectId }: Remote): Promise<unknown> {
    const { result } = await this.#target.call('Runtime.callFunctionOn', {
      objectId: objectId!,
      functionDeclaration: 'function () { return this }',
      returnByValue: true,
    });
    return result.value as unknown;
  }

  async #object(method: string, given: readonly Handle[], group: string): Promise<Remote> {
    return this.#called(method, given, { objectGroup: group });
  }

  async #call(
    method: string,
    given: readonly Handle[],
    more: { returnByValue?: boolean } = {},
  ): Promise<unknown> {
    const { value } = await this.#called(method, given, more);
    return value as unknown;
  }

  async #called(
    method: string,
    given: readonly Handle[],
    more: { returnByValue?: boolean; objectGroup?: string },
  ): Promise<Remote> {
    this.#helper ??= this.#find().catch((error: unknown) => {
      this.#helper = undefined;
      throw error;
    });
    const objectId = await this.#helper;
    const asks = { ...more, silent: true };
    // A step that is under way goes on behind code that does not stop; at a call V8 forgets it.
    const { result, exceptionDetails } = await (given.every(isPlain)
      ? this.#target.call('Runtime.evaluate', {
          ...asks,
          expression: `${helper}.${method}(${given.map(({ value }) => JSON.stringify(value) ?? 'undefined').join()})`,
          disableBreaks: true,
        })
      : this.#target.call('Runtime.callFunctionOn', {
          ...asks,
          objectId,
          functionDeclaration: `function (...given) { return this.${method}(...given) }`,
          arguments: [...given],
        }));
    if (exceptionDetails)
      throw new Thrown(
        exceptionDetails.exception?.description?.split('\n')[0]?.replace(/^\w*Error: /, '') ??
          exceptionDetails.text,
      );
    return result;
  }

  async #find(): Promise<string> {
    const { result } = await this.#target.call('Runtime.evaluate', {
      expression: helper,
      disableBreaks: true,
    });
    return result.objectId!;
  }
}

/** Whether code can say it. */
const isPlain = ({ objectId, unserializableValue }: Handle): boolean =>
  objectId === undefined && unserializableValue === undefined;

/** How much of a text is copied, in UTF-16 units. */
const longestText = 5_000_000;

/** What the cells' realm has of the debugger. */
export const helper = '__tsk_debugged';

/** Code for the text that is held. */
export const heldText = `${helper}.whole()`;

const tooLong = `It ran for ${patience / 1000} seconds, and was stopped: what takes longer belongs in a cell.`;
const looksLong = `It ran for ${glance / 1000} second, and was stopped. The console gives it more time.`;
const cutOff = {
  interrupt: 'It was interrupted.',
  memory:
    'It used up the memory that cells may have (see TSKERNEL_MEMORY), and was stopped. What it made and nothing holds is free again.',
  end: threadEnded,
};
const impure = 'This is not evaluated here, since it may change something. The console evaluates it.';
