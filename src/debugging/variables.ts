// What a person sees of values, and changes in them.
import type { Debugger } from 'node:inspector';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Frame, Target } from './target';

export interface VariablesOptions {
  readonly target: Target;
  /** The top-level names that cells bound. */
  names(): readonly string[];
  /** TypeScript with the names of cells to what V8 takes. @param locals what scopes around it declare */
  compileExpression(text: string, locals: readonly string[]): string;
}

export class Variables {
  readonly #objects: string[] = [];

  constructor(readonly options: VariablesOptions) {}

  scopes({ call }: Frame): DebugProtocol.Scope[] {
    return call.scopeChain.map(({ type, object }: Debugger.Scope) => ({
      name: type === 'local' ? 'Locals' : type === 'global' ? 'Globals' : 'Block',
      expensive: false,
      variablesReference: this.#objects.push(object.objectId ?? ''),
    }));
  }

  async variables({
    variablesReference,
  }: DebugProtocol.VariablesArguments): Promise<DebugProtocol.Variable[]> {
    const objectId = this.#objects[variablesReference - 1];
    if (objectId === undefined) throw new Error('These variables are of an earlier pause.');
    const { result } = await this.options.target.call('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    });
    return result
      .filter(({ enumerable }) => enumerable)
      .map(({ name, value }) => ({
        name,
        value: String(value?.value ?? value?.description ?? ''),
        variablesReference: value?.objectId === undefined ? 0 : this.#objects.push(value.objectId),
      }));
  }

  async evaluate(
    { expression }: DebugProtocol.EvaluateArguments,
    frame?: Frame,
  ): Promise<DebugProtocol.EvaluateResponse['body']> {
    const { target, compileExpression } = this.options;
    const code = compileExpression(expression, []);
    const { result, exceptionDetails } = frame
      ? await target.call('Debugger.evaluateOnCallFrame', {
          callFrameId: frame.call.callFrameId,
          expression: code,
        })
      : await target.call('Runtime.evaluate', { expression: code });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return { result: String(result.value ?? result.description), variablesReference: 0 };
  }

  /** References die when the thread goes on. */
  forget(): void {
    this.#objects.length = 0;
  }
}
