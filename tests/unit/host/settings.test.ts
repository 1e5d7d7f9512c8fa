// Settings from the environment and from magics at the top of a cell.
import { describe, expect, test } from '@jest/globals';
import { EngineSettings } from '../../../src/host/settings';

describe('settings', () => {
  test('come from the environment; what is no choice is the default', () => {
    const { language } = new EngineSettings({ TSKERNEL_DISPATCH: 'task', TSKERNEL_TYPES: 'loud' });
    expect(language).toEqual({ dispatch: 'task', types: 'warn' });
  });

  test('take the limit of the heap from Node’s own option, unless ours says otherwise', () => {
    expect(new EngineSettings({}, []).memory).toBeUndefined();
    expect(new EngineSettings({}, ['--max-old-space-size=3000']).memory).toBe(3000);
    expect(new EngineSettings({ NODE_OPTIONS: '--max_old_space_size=2000' }, []).memory).toBe(2000);
    expect(new EngineSettings({ TSKERNEL_MEMORY: '100' }, ['--max-old-space-size=3000']).memory).toBe(100);
  });

  test('change one at a time', () => {
    const settings = new EngineSettings({});
    settings.change({ dispatch: 'blocking' });
    settings.change({ types: 'off' });
    settings.change();
    expect(settings.language).toEqual({ dispatch: 'blocking', types: 'off' });
  });
});
