import { describe, expect, test } from '@jest/globals';
import { type Frames, Outbox } from '../../../kernel/channels';

/** A socket, and what was done in order. */
function outbox() {
  const done: string[] = [];
  const out = new Outbox({ send: async (frames) => void done.push(`sent ${String(frames)}`) });
  const build = (name: string) => (): Frames => {
    done.push(`built ${name}`);
    return [name];
  };
  return { out, done, build };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a message that is held', () => {
  test('is built meanwhile, and leaves in front of the next one', async () => {
    const { out, done, build } = outbox();
    out.hold(build('result'));
    await turn();
    expect(done).toEqual(['built result']);
    out.send(build('idle'));
    await turn();
    expect(done).toEqual(['built result', 'sent result', 'built idle', 'sent idle']);
  });

  test('leaves when it is released, which says when it has', async () => {
    const { out, done, build } = outbox();
    expect(out.release()).toBeUndefined();
    out.hold(build('input'));
    out.hold(build('result'));
    await out.release();
    expect(done.filter((what) => what.startsWith('sent'))).toEqual(['sent input', 'sent result']);
    expect(done).toHaveLength(4);
    expect(out.release()).toBeUndefined();
  });

  test('that cannot be built keeps nothing back', async () => {
    const { out, done, build } = outbox();
    out.hold(() => {
      throw Object.assign(new Error('no'), { errno: 1 });
    });
    out.send(build('idle'));
    await turn();
    expect(done).toEqual(['built idle', 'sent idle']);
  });
});
