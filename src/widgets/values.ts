// Values of widgets: the forms in which dates and files travel, and the bounds that numbers keep.
import type { tskernel } from '../globals/widgets';
import { isArray } from '../realm/builtins';
import type { ValueCodec } from './widget';

interface WireDate {
  readonly year: number;
  readonly month: number;
  readonly date: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
}

/** A day, as a Date at midnight UTC: what `new Date('2026-11-24')` is. */
export const day: ValueCodec = {
  toWire: (value) =>
    value instanceof Date
      ? { year: value.getUTCFullYear(), month: value.getUTCMonth(), date: value.getUTCDate() }
      : null,
  fromWire: (value) => (value ? fromWireDate(value as WireDate) : null),
};

/** A moment. */
export const moment: ValueCodec = {
  toWire: (value) =>
    value instanceof Date
      ? {
          ...(day.toWire(value) as WireDate),
          hours: value.getUTCHours(),
          minutes: value.getUTCMinutes(),
          seconds: value.getUTCSeconds(),
          milliseconds: value.getUTCMilliseconds(),
        }
      : null,
  fromWire: day.fromWire,
};

function fromWireDate({
  year,
  month,
  date,
  hours = 0,
  minutes = 0,
  seconds = 0,
  milliseconds = 0,
}: WireDate): Date {
  return new Date(Date.UTC(year, month, date, hours, minutes, seconds, milliseconds));
}

export const files: ValueCodec = {
  toWire: (value) =>
    (value as readonly tskernel.UploadedFile[]).map(({ lastModified, ...rest }) => ({
      ...rest,
      last_modified: lastModified.getTime(),
    })),
  fromWire: (value) =>
    (isArray(value) ? value : []).map(({ last_modified, ...rest }: { last_modified: number }) => ({
      ...rest,
      lastModified: new Date(last_modified),
    })),
};

type Fields = Record<string, unknown>;
type Complete = (patch: Fields, state: Readonly<Fields>) => void;

function numbers(patch: Fields, state: Readonly<Fields>) {
  return { ...state, ...patch } as { value: number; min: number; max: number; base: number };
}

function clamp(value: number, min: number, max: number): number {
  if (min > max) throw new TypeError(`min (${min}) is greater than max (${max})`);
  return Math.min(Math.max(value, min), max);
}

export const whole: Complete = (patch) => {
  if (typeof patch.value === 'number') patch.value = Math.round(patch.value);
};

export const bounded: Complete = (patch, state) => {
  const { value, min, max } = numbers(patch, state);
  const kept = clamp(value, min, max);
  if (kept !== value) patch.value = kept;
};

export const boundedWhole: Complete = (patch, state) => {
  whole(patch, state);
  bounded(patch, state);
};

export const boundedPower: Complete = (patch, state) => {
  const { value, min, max, base } = numbers(patch, state);
  const kept = clamp(value, base ** min, base ** max);
  if (kept !== value) patch.value = kept;
};

export const boundedRange: Complete = (patch, state) => {
  const { value, min, max } = numbers(patch, state) as unknown as {
    value: [number, number];
    min: number;
    max: number;
  };
  const [lower, upper] = value;
  const kept = [clamp(lower, min, max), clamp(Math.max(lower, upper), min, max)];
  if (kept[0] !== lower || kept[1] !== upper) patch.value = kept;
};

/** A tab is always open: the first, unless told. */
export const openFirst: Complete = (patch, state) => {
  const { children, selectedIndex } = { ...state, ...patch } as {
    children: unknown[];
    selectedIndex: number | null;
  };
  if (selectedIndex === null && children.length > 0) patch.selectedIndex = 0;
};
