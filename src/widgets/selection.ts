// Choosing among options. The page knows their labels and an index; here there are the values themselves.
// Rule: options, index, label and value always fit each other, whichever of them was set.
import { isDeepStrictEqual } from 'node:util';
import type { tskernel } from '../globals/widgets';
import { isArray } from '../realm/builtins';

type Fields = Record<string, unknown>;

function pairsOf(options: unknown): [labels: string[], values: unknown[]] {
  if (isArray(options)) return [options.map((option) => String(option)), [...options]];
  if (options instanceof Map) return [[...options.keys()].map(String), [...options.values()]];
  if (typeof options === 'object' && options !== null) return [Object.keys(options), Object.values(options)];
  throw new TypeError('options are an array, a Map or an object of labels and values');
}

function indexOf(among: readonly unknown[], wanted: unknown): number {
  const index = among.findIndex((one) => isDeepStrictEqual(one, wanted));
  if (index < 0) throw new TypeError(`${String(wanted)} is none of the options`);
  return index;
}

/** @param first whether the first option is chosen when nothing else is */
export const completeSelection =
  (first: boolean) =>
  (patch: Fields, state: Readonly<Fields>): void => {
    const [labels, values] = pairsOf(patch.options ?? state.options);
    let index = state.index as number | null;
    if (patch.options !== undefined) {
      patch._optionsLabels = labels;
      index = first && labels.length > 0 ? 0 : null;
    }
    if (patch.index !== undefined) index = patch.index as number | null;
    else if (patch.value !== undefined) index = patch.value === null ? null : indexOf(values, patch.value);
    else if (patch.label !== undefined) index = patch.label === null ? null : indexOf(labels, patch.label);
    if (index !== null && !(index >= 0 && index < labels.length))
      throw new TypeError(`there is no option ${index}`);
    if (index !== state.index || 'index' in patch) patch.index = index;
    patch.value = index === null ? null : values[index];
    patch.label = index === null ? null : labels[index];
  };

/** @param least how many are chosen when nothing else is: the ends of a range, or none */
export const completeSelections =
  (least: 0 | 2) =>
  (patch: Fields, state: Readonly<Fields>): void => {
    const [labels, values] = pairsOf(patch.options ?? state.options);
    let index = state.index as readonly number[];
    if (patch.options !== undefined) {
      patch._optionsLabels = labels;
      index = least > 0 && labels.length > 0 ? [0, 0] : [];
    }
    if (patch.index !== undefined) index = patch.index as readonly number[];
    else if (patch.value !== undefined)
      index = (patch.value as unknown[]).map((value) => indexOf(values, value));
    else if (patch.label !== undefined)
      index = (patch.label as unknown[]).map((label) => indexOf(labels, label));
    for (const one of index)
      if (!(one >= 0 && one < labels.length)) throw new TypeError(`there is no option ${one}`);
    if (index !== state.index || 'index' in patch) patch.index = index;
    patch.value = index.map((one) => values[one]);
    patch.label = index.map((one) => labels[one]);
  };

/** Fields of a selection, and those of them that the page does not know. */
export const selectionFields: tskernel.Selection<unknown> & { _optionsLabels: readonly string[] } = {
  options: [],
  _optionsLabels: [],
  index: null,
  label: null,
  value: null,
};
export const multipleFields: tskernel.MultipleSelection<unknown> & { _optionsLabels: readonly string[] } = {
  options: [],
  _optionsLabels: [],
  index: [],
  label: [],
  value: [],
};
export const selectionLocals = ['options', 'label', 'value'];
