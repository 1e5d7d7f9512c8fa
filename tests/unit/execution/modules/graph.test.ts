// Which modules get a new version when files change.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { fileOf, ModuleGraph, withoutVersion, withVersion } from '../../../../src/execution/modules/graph';

const directory = mkdtempSync(join(tmpdir(), 'tskernel-graph-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text = ''): string {
  writeFileSync(join(directory, name), text);
  return pathToFileURL(join(directory, name)).href;
}

describe('the graph of modules', () => {
  test('renews what changed and what depends on it, round circles too', () => {
    const graph = new ModuleGraph();
    const [top, middle, base, other] = ['top', 'middle', 'base', 'other'].map((name) => file(name));
    graph.visit(top!, undefined);
    graph.visit(middle!, top);
    graph.visit(base!, withVersion(middle!, 3));
    graph.visit(middle!, base);
    graph.visit(other!, top);
    graph.refresh();
    expect([top, middle, base, other].map((url) => graph.visit(url!, undefined))).toEqual([0, 0, 0, 0]);
    file('base', 'longer');
    graph.refresh();
    expect([top, middle, base, other].map((url) => graph.visit(url!, undefined))).toEqual([1, 1, 1, 0]);
    graph.refresh();
    expect(graph.visit(top!, undefined)).toBe(1);
  });

  test('forgets who imported it when the importer is loaded again', () => {
    const graph = new ModuleGraph();
    const [user, used] = ['user', 'used'].map((name) => file(name));
    graph.visit(user!, undefined);
    graph.visit(used!, user);
    graph.renew([user!]);
    // This time it does not import the other one.
    graph.renew([used!]);
    expect([graph.visit(user!, undefined), graph.visit(used!, undefined)]).toEqual([1, 1]);
  });

  test('renews a file that is gone or comes back', () => {
    const graph = new ModuleGraph();
    const lost = file('lost');
    graph.visit(lost, undefined);
    rmSync(join(directory, 'lost'));
    graph.refresh();
    file('lost', 'back');
    graph.refresh();
    expect(graph.visit(lost, undefined)).toBe(2);
  });
});

describe('versions in URLs', () => {
  test('come and go', () => {
    expect(withVersion('file:///a.ts', 0)).toBe('file:///a.ts');
    expect(withVersion('file:///a.ts', 2)).toBe('file:///a.ts?version=2');
    expect(withVersion('file:///a.ts?x=1', 2)).toBe('file:///a.ts?x=1&version=2');
    expect(withoutVersion('file:///a.ts?x=1&version=2')).toBe('file:///a.ts?x=1');
    expect(fileOf('file:///a.ts?x=1&version=2#y')).toBe('file:///a.ts');
  });
});
