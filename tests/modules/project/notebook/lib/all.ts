import { square } from '@fixture/shapes';
import { greeting } from '@lib/greeting';
import { answer } from 'answer';

interface All {
  readonly text: string;
}

export const all: All = { text: `${greeting} ${answer} ${square(3).area}` };

export function fail(reason: string): never {
  throw new Error(`all: ${reason}`);
}
