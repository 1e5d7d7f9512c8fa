// Renderers that the user registered: for values of a class, or for values that pass a test.
// Rule: the newest renderer wins; registering a class again replaces its renderer.
import { getOwnPropertyDescriptor } from '../realm/builtins';
import type { RawBundle } from './bundle';

// biome-ignore lint/suspicious/noExplicitAny: a constructor's parameters are its own business.
export type Class<T> = abstract new (...rest: any[]) => T;
export type Predicate<T> = ((value: unknown) => value is T) | ((value: unknown) => boolean);

/** A bundle, `{ data, metadata }`, a text, anything that shows itself, or a promise of one of these. */
export type Shown = RawBundle | RawBundle['data'] | object | string | Promise<unknown>;
export type Renderer<T> = (value: T) => Shown;

interface Teaching {
  readonly subject: unknown;
  matches(value: unknown): boolean;
  readonly render: Renderer<never>;
}

const teachings: Teaching[] = [];

/**
 * Registers a renderer for a kind of value.
 * @param subject a class, or a test. A function counts as a class if it is written as one or has methods on its prototype
 */
export function registerRenderer<T>(subject: Class<T> | Predicate<T>, render: Renderer<T>): void {
  if (typeof subject !== 'function' || typeof render !== 'function') {
    throw new TypeError('display.register takes a class or a test, and a function that renders its values');
  }
  const matches = isClass(subject)
    ? (value: unknown) => value instanceof (subject as Class<T>)
    : (value: unknown) => (subject as (value: unknown) => boolean)(value) === true;
  const known = teachings.findIndex((teaching) => teaching.subject === subject);
  if (known >= 0) teachings.splice(known, 1);
  teachings.unshift({ subject, matches, render: render as Renderer<never> });
}

/** The renderer registered for a value. A test that throws does not match. */
export function findRenderer(value: unknown): Renderer<unknown> | undefined {
  for (let index = 0; index < teachings.length; index++) {
    const teaching = teachings[index]!;
    try {
      if (teaching.matches(value)) return teaching.render as Renderer<unknown>;
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
