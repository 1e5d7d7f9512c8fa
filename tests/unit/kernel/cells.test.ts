import { expect, test } from '@jest/globals';
import { Cells } from '../../../kernel/cells';
import type { Received } from '../../../kernel/wire';

const request = (headerText: string) => ({ headerText, identities: [] }) as unknown as Received;

function run(cells: Cells, count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, index) => {
    const id = cells.begin(request(`{"msg_id":"${from + index}"}`));
    cells.end(id);
    return id;
  });
}

test('a late output finds the request of its cell', () => {
  const cells = new Cells(10);
  const [first, second] = run(cells, 10);
  expect(cells.origin(first!)?.parent).toBe('{"msg_id":"0"}');
  expect(cells.origin(second!)?.parent).toBe('{"msg_id":"1"}');
});

test('an old cell that goes on printing keeps its request, however many ran since', () => {
  const cells = new Cells(10);
  const [first] = run(cells, 1);
  for (let round = 1; round < 20; round++) {
    run(cells, 5, round * 5);
    expect(cells.origin(first!)?.parent).toBe('{"msg_id":"0"}');
  }
});

test('a cell that has not ended keeps its request, and its client', () => {
  const cells = new Cells(10);
  const id = cells.begin(request('running'));
  run(cells, 50);
  expect(cells.origin(id)).toEqual({ parent: 'running', identities: [] });
});

test('what a forgotten cell puts out after all is seen under the latest one', () => {
  const cells = new Cells(10);
  const [first] = run(cells, 50);
  expect(cells.origin(first!)).toEqual({ parent: '{"msg_id":"49"}', identities: undefined });
});

test('what nobody began has no request', () => {
  expect(new Cells().origin(1)).toBeUndefined();
  expect(new Cells().origin(0)).toBeUndefined();
});
