// An engine whose workers are the fakes of this folder, for tests that read as dialogues with it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach } from '@jest/globals';
import type { Engine, InputQuestion, Outcome, Output } from '../../../src';
import { createEngine } from '../../../src/host/engine';
import { readSettings } from '../../../src/host/settings';

const folder = mkdtempSync(join(tmpdir(), 'tskernel-workers-'));
export const startFile = join(folder, 'start.cjs');
const bundling = {
  entryPoints: [join(__dirname, 'fake-workers.ts')],
  outfile: startFile,
  bundle: true,
  platform: 'node',
  logLevel: 'error',
};
// In a process of its own: jest's transform uses esbuild in this one, and the two do not go together.
execFileSync(process.execPath, ['-e', `require('esbuild').buildSync(${JSON.stringify(bundling)})`]);
afterAll(() => rmSync(folder, { recursive: true }));

/** With a TypeScript of the user's all cells go to the language worker. */
export const settings = { ...readSettings().settings, typescript: 'project' };

const opened: Dialogue[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ engine }) => engine.close()));
});

export class Dialogue {
  readonly engine: Engine;
  readonly logged: string[] = [];
  /** What each cell has put out, by its number. */
  readonly outputs: [number, Output][] = [];
  readonly questions: [number, InputQuestion][] = [];
  #last = 0;

  constructor() {
    this.engine = createEngine({
      settings,
      startFile,
      directory: folder,
      log: (message) => this.logged.push(message),
    });
    this.engine.listen({
      output: (cell, output) => this.outputs.push([cell, output]),
      input: (cell, question) => this.questions.push([cell, question]),
    });
    opened.push(this);
  }

  run(source: string, expressions: { [name: string]: string } = {}, lane?: string): Promise<Outcome> {
    const id = ++this.#last;
    return this.engine.execute({
      id,
      name: `message ${id}`,
      label: `Cell [${id}]`,
      number: id,
      source,
      ...(lane !== undefined && { lane }),
      wantsResult: true,
      allowInput: true,
      expressions,
    });
  }

  /** @returns `ok`, or the name of the error */
  async end(outcome: Promise<Outcome>): Promise<string> {
    const ended = await outcome;
    return ended.status === 'ok' ? 'ok' : ended.error.name;
  }

  /** What a cell printed. */
  printed(cell: number): string {
    return this.outputs
      .map(([id, output]) => (id === cell && output.kind === 'text' ? output.text : ''))
      .join('');
  }

  /** What the language worker that runs was told of. */
  async heard(): Promise<string[]> {
    return (await this.engine.complete('heard', 0)).items.map(({ text }) => text);
  }

  async until(isSo: () => boolean): Promise<void> {
    for (let tries = 0; !isSo(); tries++) {
      if (tries > 1000) throw new Error('it did not happen');
      await delay(5);
    }
  }
}
