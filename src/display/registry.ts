// Renderers that the user registered: for values of a class, or for values that pass a test.
// Rule: the newest renderer wins; registering a class again replaces its renderer.
import type { tskernel } from '../globals/cells';
import { getOwnPropertyDescriptor } from '../realm/builtins';

type Renderer = (value: never) => unknown;

interface Teaching {
  readonly subject: unknown;
  matches(value: unknown): boolean;
  readonly render: Renderer;
}

const teachings: Teaching[] = [];

/**
 * Registers a renderer for a kind of value.
 * @param subject a class, or a test. A function counts as a class if it is written as one or has methods on its prototype
 */
export const registerRenderer: tskernel.Display['register'] = (subject, render) => {
  if (typeof subject !== 'function' || typeof render !== 'function') {
    throw new TypeError('display.register takes a class or a test, and a function that renders its values');
  }
  const matches = isClass(subject)
    ? (value: unknown) => value instanceof subject
    : (value: unknown) => (subject as (value: unknown) => boolean)(value) === true;
  const known = teachings.findIndex((teaching) => teaching.subject === subject);
  if (known >= 0) teachings.splice(known, 1);
  teachings.unshift({ subject, matches, render });
};

/** The renderer registered for a value. A test that throws does not match. */
export function findRenderer(value: unknown): ((value: unknown) => unknown) | undefined {
  for (let index = 0; index < teachings.length; index++) {
    const teaching = teachings[index]!;
    try {
      if (teaching.matches(value)) return teaching.render as (value: unknown) => unknown;
    } catch {
      // A test for one kind of value need not stand every other kind.
    }
  }
  return undefined;
}

function isClass(subject: object): boolean {
  const prototype = getOwnPropertyDescriptor(subject, 'prototype');
  if (!prototype?.value) return false;
  return prototype.writable === false || Object.getOwnPropertyNames(prototype.value).length > 1;
}
