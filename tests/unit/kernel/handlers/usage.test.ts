import { expect, test } from '@jest/globals';
import { usageHandlers } from '../../../../kernel/handlers/usage';

test('in a container, memory is what the container has', () => {
  const { usage_request } = usageHandlers(() => ({ total: 1000, available: 250, isGroup: true }));
  const { host_virtual_memory } = (usage_request as unknown as () => { host_virtual_memory: object })();
  expect(host_virtual_memory).toEqual({ total: 1000, available: 250, used: 750, free: 250, percent: 75 });
});
