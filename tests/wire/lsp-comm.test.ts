// The language server of a running kernel answers as that of editors does: the same dialogues, over the comm.
import { describe, jest } from '@jest/globals';

// A kernel starts with the first of each, and loads TypeScript for its first answer.
jest.setTimeout(60_000);
jest.mock('../unit/lsp/server', () => jest.requireActual('./comm-editor'));

const dialogues = ['actions', 'completion', 'diagnostics', 'navigation', 'structure', 'world'];
for (const name of dialogues) describe(name, () => void require(`../unit/lsp/${name}.test`));
