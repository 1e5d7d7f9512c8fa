// Which cells the extension for JupyterLab leaves as they are.
import { expect, test } from '@jest/globals';
import { obstacleOf } from '../../../lab/src/features/obstacles';

const cell = (source: string, metadata: { readonly [key: string]: unknown } = {}) => ({
  getMetadata: (key: string) => metadata[key],
  sharedModel: { getSource: () => source },
});

test.each([
  ['usual', cell('a\nb'), undefined],
  ['said to be editable', cell('a', { editable: true }), undefined],
  ['locked', cell('a', { editable: false }), 'locked'],
  ['with line ends of Windows', cell('a\r\nb'), 'Windows'],
  ['with line ends of old Macs', cell('a\rb'), 'garbles'],
])('a cell: %s', (_, model, reason) => {
  if (reason === undefined) expect(obstacleOf(model)).toBeUndefined();
  else expect(obstacleOf(model)).toContain(reason);
});
