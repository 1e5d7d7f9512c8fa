import { describe, expect, test } from '@jest/globals';
import type { MimeBundle, Output, Rendering } from '../../../src/api';
import { bytesOf, encodeLarge, encodePrinted } from '../../../src/execution/encoding';

const longText = 'x'.repeat(200_000);

function encoded(data: MimeBundle) {
  const rendering = encodeLarge<Rendering>({ data, metadata: { a: 1 } });
  return { ...rendering, sent: rendering.encoded && JSON.parse(Buffer.from(rendering.encoded).toString()) };
}

test.each<[what: string, data: MimeBundle]>([
  ['a picture', { 'image/png': longText, 'text/plain': '<image/png>' }],
  ['markup with what JSON escapes', { 'text/plain': 'short', 'text/html': `${longText}"\\\n\u0001€😀` }],
  ['JSON', { 'application/json': { list: [longText, 1, null], 'ä"': { b: '€' } }, 'text/plain': '…' }],
  ['a long name of a kind', { [`text/x-${'ü'.repeat(10)}`]: longText }],
])('%s arrives whole as bytes', (_what, data) => {
  const { sent, metadata } = encoded(data);
  expect(sent).toEqual(data);
  expect(metadata).toEqual({ a: 1 });
});

test('of a large rendering its short text stays beside the bytes', () => {
  expect(encoded({ 'text/html': longText, 'text/plain': 'short' }).data).toEqual({ 'text/plain': 'short' });
  expect(encoded({ 'text/plain': longText }).data).toEqual({});
});

test('a short rendering stays as it is', () => {
  const short: MimeBundle[] = [{ 'text/plain': '1' }, { 'application/json': { a: [1] } }];
  for (const data of short) {
    const rendering = { data, metadata: {} };
    expect(encodeLarge(rendering)).toBe(rendering);
  }
});

test('a lone surrogate in a large text is replaced, since clients of other languages choke on it', () => {
  expect(encoded({ 'text/plain': `${longText}\ud800` }).sent).toEqual({ 'text/plain': `${longText}\ufffd` });
});

test('the bytes lie in buffers of their own, which can change hands', () => {
  const rendering = encodeLarge<Rendering>({ data: { 'text/plain': longText }, metadata: {} });
  const [buffer, ...others] = bytesOf(rendering);
  expect(others).toEqual([]);
  expect(buffer).toBe(rendering.encoded!.buffer);
  structuredClone(rendering, { transfer: [buffer!] });
  expect(buffer!.byteLength).toBe(0);
});

describe('a long text that is printed', () => {
  const smile = '\u{1f600}';
  test.each<[what: string, text: string]>([
    ['of plain letters', 'x'.repeat(5_000_000)],
    ['of lines and quotes', `"é" \\\t€\n`.repeat(400_000)],
    // At an odd place and at an even one, wherever pieces end.
    ['of pairs of surrogates', smile.repeat(1_500_000)],
    ['of pairs of surrogates behind a letter', `a${smile.repeat(1_500_000)}`],
  ])('%s arrives whole, in pieces that change hands', (_what, text) => {
    const put: Output[] = [];
    encodePrinted('stderr', text, (output) => put.push(output));
    expect(put.length).toBeGreaterThan(1);
    for (const output of put) expect(output).toMatchObject({ kind: 'text', stream: 'stderr', text: '' });
    const encoded = put.map((output) =>
      'encoded' in output ? Buffer.from(output.encoded!) : Buffer.alloc(0),
    );
    expect(encoded.map((bytes) => JSON.parse(bytes.toString())).join('') === text).toBe(true);
    expect(put.flatMap(bytesOf)).toHaveLength(put.length);
  });

  test('has its lone surrogates replaced', () => {
    const put: Output[] = [];
    encodePrinted('stdout', `${longText}\ud800`, (output) => put.push(output));
    const [output] = put;
    expect(JSON.parse(Buffer.from((output as { encoded: Uint8Array }).encoded).toString())).toBe(
      `${longText}\ufffd`,
    );
  });
});
