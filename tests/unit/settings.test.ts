// Settings from the environment and from magics at the top of a cell.
import { describe, expect, test } from '@jest/globals';
import { Settings } from '../../src/settings';

describe('settings', () => {
  test('come from the environment; what is no choice is the default', () => {
    expect(
      new Settings({ TSKERNEL_DISPATCH: 'task', TSKERNEL_TYPES: 'loud' }).applyMagics('1').settings,
    ).toEqual({
      dispatch: 'task',
      types: 'warn',
    });
  });

  test('change by a magic, from that cell on, and positions stay', () => {
    const settings = new Settings({});
    expect(settings.applyMagics('%dispatch blocking\nawait 1')).toEqual({
      settings: { dispatch: 'blocking', types: 'warn' },
      source: '                  \nawait 1',
    });
    expect(settings.applyMagics('2').settings.dispatch).toBe('blocking');
  });

  test('a wrong value names the choices', () => {
    const { problem } = new Settings({}).applyMagics('%types loud');
    expect(problem?.message).toBe("%types takes one of warn, error, off, not 'loud'");
  });

  test('a remainder is not a magic', () => {
    const source = 'const x = 7\n%dispatch';
    expect(new Settings({}).applyMagics(source).source).toBe(source);
  });
});
