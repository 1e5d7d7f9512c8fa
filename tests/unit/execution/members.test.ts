// Completion and hover over live values.
import { afterAll, describe, expect, test } from '@jest/globals';
import { listMembers, previewValue } from '../../../src/execution/members';

const realm = globalThis as Record<string, unknown>;
afterAll(() => {
  delete realm.data;
});

describe('members of a live value', () => {
  test('own and inherited names that begin with the prefix', () => {
    class Base {
      inherited() {}
    }
    realm.data = { list: Object.assign(new Base(), { index: 1, inner: 2, other: 3 }) };
    expect(listMembers(['data', 'list'], 'in').map(({ text, kind }) => `${text} ${kind}`)).toEqual([
      'index property',
      'inner property',
      'inherited method',
    ]);
  });

  test('getters and proxies are not run', () => {
    let ran = 0;
    realm.data = Object.defineProperty({}, 'trap', { enumerable: true, get: () => ran++ });
    expect(listMembers(['data'], '')).toEqual([{ text: 'trap', kind: 'property' }]);
    expect(listMembers(['data', 'trap'], '')).toEqual([]);
    realm.data = new Proxy({}, { ownKeys: () => [String(ran++)], get: () => ran++ });
    expect(listMembers(['data'], '')).toEqual([]);
    expect(previewValue(['data'])?.['text/plain']).toMatch(/^data: object\n(Proxy\()?\{\}\)?$/);
    expect(ran).toBe(0);
  });

  test('names that would need quotes are left out', () => {
    realm.data = { 'a-b': 1, ab: 2 };
    expect(listMembers(['data'], 'a').map(({ text }) => text)).toEqual(['ab']);
  });

  test('an array tells how long it is', () => {
    realm.data = { rows: [1, 2], none: null };
    expect(previewValue(['data', 'rows'])?.['text/plain']).toBe('data.rows: array of 2\n[ 1, 2 ]');
    expect(previewValue(['data', 'none'])?.['text/plain']).toBe('data.none: null\nnull');
  });

  test('a name that is not there has neither members nor a preview', () => {
    expect(listMembers(['data', 'nothing', 'here'], '')).toEqual([]);
    expect(previewValue(['data', 'nothing'])).toBeUndefined();
  });
});
