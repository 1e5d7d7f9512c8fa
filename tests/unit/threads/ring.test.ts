// The ring between the two threads, here with both ends in one thread.
import { describe, expect, test } from '@jest/globals';
import { createRingBuffer, RingReader, RingWriter } from '../../../src/threads/ring';

function ring() {
  const buffer = createRingBuffer(1 << 19);
  const received: [number, string, string][] = [];
  let bells = 0;
  const reader = new RingReader(buffer, (run, stream, text) => received.push([run, stream, text]));
  const writer = new RingWriter(buffer, () => bells++);
  return { reader, writer, received, bells: () => bells };
}

describe('text through the ring', () => {
  test('prints of one cell and stream arrive as one text', () => {
    const { reader, writer, received } = ring();
    writer.write(3, 'stdout', 'a\n');
    writer.write(3, 'stdout', 'b\n');
    expect(reader.drain()).toBeGreaterThan(0);
    expect(received).toEqual([[3, 'stdout', 'a\nb\n']]);
    expect(reader.drain()).toBe(0);
  });

  test('stdout and stderr keep the order in which they were written', () => {
    const { reader, writer, received } = ring();
    writer.write(1, 'stdout', 'one');
    writer.write(1, 'stderr', 'two');
    writer.write(1, 'stdout', 'three');
    writer.write(2, 'stdout', 'four');
    reader.drain();
    expect(received.map(([run, stream, text]) => `${run} ${stream} ${text}`)).toEqual([
      '1 stdout one',
      '1 stderr two',
      '1 stdout three',
      '2 stdout four',
    ]);
  });

  test('streams that change faster than anybody reads are gathered, each by itself, the first changes in order', () => {
    const { reader, writer, received } = ring();
    for (let line = 0; line < 1000; line++) {
      writer.write(1, 'stdout', `${line}\n`);
      writer.write(1, 'stderr', `${line}\n`);
    }
    reader.drain();
    expect(received.length).toBeLessThan(100);
    expect(received.slice(0, 4).map(([, stream, text]) => [stream, text])).toEqual([
      ['stdout', '0\n'],
      ['stderr', '0\n'],
      ['stdout', '1\n'],
      ['stderr', '1\n'],
    ]);
    const all = Array.from({ length: 1000 }, (_, line) => `${line}\n`).join('');
    for (const name of ['stdout', 'stderr'])
      expect(
        received
          .filter(([, stream]) => stream === name)
          .map(([, , text]) => text)
          .join(''),
      ).toBe(all);
  });

  test('what was written after a mark waits for the message that the mark is for', () => {
    const { reader, writer, received } = ring();
    writer.write(1, 'stdout', 'before');
    const position = writer.mark();
    writer.write(1, 'stdout', 'after');
    expect(reader.drain()).toBeGreaterThan(0);
    expect(received).toEqual([[1, 'stdout', 'before']]);
    expect(reader.drain()).toBe(0);
    expect(reader.sleep()).toBe(false);
    reader.drainTo(position);
    expect(received).toHaveLength(1);
    reader.drain();
    expect(received[1]).toEqual([1, 'stdout', 'after']);
    reader.drainTo(position);
    expect(received).toHaveLength(2);
  });

  test('a message brings the text before it along', () => {
    const { reader, writer, received } = ring();
    writer.mark();
    writer.write(1, 'stdout', 'one');
    const position = writer.mark();
    reader.drainTo(position);
    expect(received).toEqual([[1, 'stdout', 'one']]);
  });

  test('the bell rings once until the reader sleeps again', () => {
    const { reader, writer, bells } = ring();
    writer.write(1, 'stdout', 'a');
    writer.write(1, 'stdout', 'b');
    expect(bells()).toBe(1);
    reader.drain();
    expect(reader.sleep()).toBe(true);
    writer.write(1, 'stdout', 'c');
    expect(bells()).toBe(2);
  });

  test('a reader that goes to sleep while text lies there is told to look again', () => {
    const { reader, writer } = ring();
    writer.write(1, 'stdout', 'a');
    expect(reader.sleep()).toBe(false);
  });

  test('many rounds, long texts and characters of every width come out unharmed', () => {
    const { reader, writer, received } = ring();
    let expected = '';
    for (let round = 0; round < 300; round++) {
      const text = `${round} ä € 😀 ${'x'.repeat(round * 37)}\n`;
      expected += text;
      writer.write(7, 'stdout', text);
      if (round % 5 === 0) reader.drain();
    }
    const long = '😀'.repeat(60_000);
    reader.drain();
    writer.write(7, 'stdout', long);
    reader.drain();
    expect(received.map(([, , text]) => text).join('')).toBe(expected + long);
  });

  test('a lone surrogate becomes the replacement character', () => {
    const { reader, writer, received } = ring();
    writer.write(1, 'stdout', 'a\ud800b');
    reader.drain();
    expect(received[0]![2]).toBe('a\ufffdb');
  });
});
