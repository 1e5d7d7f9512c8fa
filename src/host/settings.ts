// Settings of the engine: from the environment, changed by magics at the top of a cell.
// Rule: what is no choice is the default; a kernel starts whatever its environment says.

import { type CellSettings, settingValues } from '../magics/catalog';

export class EngineSettings {
  #language: CellSettings;
  /** Limit of the execution worker's heap in MB, when one is set. */
  readonly memory: number | undefined;
  /** Whether Node was told a size for all heaps of the process. */
  readonly isHeapGiven: boolean;

  /** @param nodeOptions with which this process was started */
  constructor(
    environment: { readonly [name: string]: string | undefined },
    nodeOptions: readonly string[] = process.execArgv,
  ) {
    const pick = <T extends string>(value: string | undefined, choices: readonly T[], fallback: T): T =>
      choices.find((choice) => choice === value) ?? fallback;
    this.#language = {
      dispatch: pick(environment.TSKERNEL_DISPATCH, settingValues.dispatch, 'auto'),
      types: pick(environment.TSKERNEL_TYPES, settingValues.types, 'warn'),
    };
    // Node's own option says it of the main thread only, and whoever gives it means the cells.
    const heapOption = /--max[-_]old[-_]space[-_]size=(\d+)/;
    const given = heapOption.exec(`${environment.NODE_OPTIONS ?? ''} ${nodeOptions.join(' ')}`)?.[1];
    this.isHeapGiven = given !== undefined;
    const memory = Number(environment.TSKERNEL_MEMORY ?? given);
    this.memory = memory > 0 ? memory : undefined;
  }

  /** How the next cell is compiled and checked. */
  get language(): CellSettings {
    return this.#language;
  }

  change(changes: Partial<CellSettings> = {}): void {
    this.#language = { ...this.#language, ...changes };
  }
}
