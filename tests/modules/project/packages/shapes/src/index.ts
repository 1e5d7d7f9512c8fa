import { area } from './area.js';

export enum Kind {
  Square = 'square',
}
export const square = (side: number): { kind: Kind; area: number } => ({
  kind: Kind.Square,
  area: area(side, side),
});
