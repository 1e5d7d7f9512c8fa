// Settings from the environment and from magics at the top of a cell.
import { describe, expect, test } from '@jest/globals';
import { Settings } from '../../src/settings';

describe('settings', () => {
  test('come from the environment; what is no choice is the default', () => {
    const { language } = new Settings({ TSKERNEL_DISPATCH: 'task', TSKERNEL_TYPES: 'loud' });
    expect(language).toEqual({ dispatch: 'task', types: 'warn' });
  });

  test('change one at a time', () => {
    const settings = new Settings({});
    settings.change({ dispatch: 'blocking' });
    settings.change({ types: 'off' });
    settings.change();
    expect(settings.language).toEqual({ dispatch: 'blocking', types: 'off' });
  });
});
