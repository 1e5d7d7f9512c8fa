// What the kernelspec sets for the C library is for the kernel's process alone.
import { expect, test } from '@jest/globals';
import { forgetAllocatorSettings, told } from '../../../kernel/allocator';
import { env } from '../../../kernelspec/kernel.json';

test('is what the kernelspec says', () => {
  expect(told).toEqual(env);
});

test('what cells start does not find it', () => {
  const environment: { [name: string]: string | undefined } = { ...env, HOME: '/home/ada' };
  forgetAllocatorSettings(environment);
  expect(environment).toEqual({ HOME: '/home/ada' });
});

test('what a person has set stays', () => {
  const environment: { [name: string]: string | undefined } = { MALLOC_ARENA_MAX: '8', HOME: '/home/ada' };
  forgetAllocatorSettings(environment);
  expect(environment).toEqual({ MALLOC_ARENA_MAX: '8', HOME: '/home/ada' });
});
