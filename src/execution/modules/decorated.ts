// Local files with decorators, in a project whose decorators want to know types (`emitDecoratorMetadata`): tsx leaves that out.
// Rule: all of TypeScript is loaded for it, so only once such a file is met.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { createTranslate, Translate } from '../../compile/decorated';
import { findUpwards } from '../../system/lookup';

const mayBeDecorated = /^\s*(?:export\s+(?:default\s+)?)?@[\w$]/m;

export class DecoratedFiles {
  readonly #tsconfig: string | undefined;
  #translate: Translate | undefined;
  #isLoaded = false;

  /** @param directory the notebook's */
  constructor(directory: string) {
    const path = findUpwards(directory, 'tsconfig.json');
    if (path !== undefined && /emitDecoratorMetadata|"extends"/.test(readFileSync(path, 'utf8')))
      this.#tsconfig = path;
  }

  /** @returns the JavaScript of a file, or nothing when the loader does as well */
  translate(file: string, format: 'module' | 'commonjs'): string | undefined {
    if (this.#tsconfig === undefined || !/\.[cm]?tsx?$/.test(file)) return undefined;
    const text = readFileSync(file, 'utf8');
    return mayBeDecorated.test(text) ? this.#load(this.#tsconfig)?.(file, text, format) : undefined;
  }

  #load(tsconfig: string): Translate | undefined {
    if (!this.#isLoaded) {
      this.#isLoaded = true;
      const built = createRequire(__filename)(join(__dirname, 'decorated.cjs')) as {
        readonly createTranslate: typeof createTranslate;
      };
      this.#translate = built.createTranslate(tsconfig);
    }
    return this.#translate;
  }
}
