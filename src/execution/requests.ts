// The functions of Node's that take a callback or give a promise, and what is under way of those of which Node does not tell.
// Rule: what is counted is counted down exactly once, whatever becomes of the call.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { apply, get, getPrototypeOf, ownKeys, set } = Reflect;
const { defineProperties, getOwnPropertyDescriptors } = Object;
const { then } = Promise.prototype;

type Call = (this: unknown, ...given: unknown[]) => unknown;
type Functions = readonly (readonly [owner: object, names: readonly string[]])[];

const namesOf = (owner: object, pattern: RegExp) => Object.keys(owner).filter((name) => pattern.test(name));
const dnsNames = /^(?:lookup|resolve|reverse)/;
const cryptoNames = [
  'argon2',
  'checkPrime',
  'decapsulate',
  'diffieHellman',
  'encapsulate',
  'generateKey',
  'generateKeyPair',
  'generatePrime',
  'hkdf',
  'pbkdf2',
  'randomBytes',
  'randomFill',
  'randomInt',
  'scrypt',
  'sign',
  'verify',
];

/** Loading these takes milliseconds, which only some kernels need at their start. */
const loadOwners = () => ({
  crypto: require('node:crypto') as typeof import('node:crypto'),
  dns: require('node:dns') as typeof import('node:dns'),
  zlib: require('node:zlib') as typeof import('node:zlib'),
});

/** Functions whose last argument is a callback. */
export function callbackFunctions(): Functions {
  const { crypto, dns, zlib } = loadOwners();
  return [
    [fs, Object.keys(fs).filter((name) => `${name}Sync` in fs && name !== 'mkdtempDisposable')],
    [dns, namesOf(dns, dnsNames)],
    [zlib, Object.keys(zlib).filter((name) => `${name}Sync` in zlib)],
    [crypto, cryptoNames],
  ];
}

/** Counts the calls that are under way of what `process.getActiveResourcesInfo()` leaves out. */
export class Requests {
  #underway = 0;

  get underway(): number {
    return this.#underway;
  }

  /** Puts the counting in the place of the functions. */
  watch(): void {
    const { crypto, dns, zlib } = loadOwners();
    const subtle = getPrototypeOf(crypto.webcrypto.subtle) as object;
    // All of zlib comes by here, streams and web streams included.
    const compression = getPrototypeOf(getPrototypeOf(zlib.Gzip.prototype) as object) as object;
    for (const [owner, names] of [
      // Node 26 does not tell of it.
      [fs, ['readFile']],
      [dns, namesOf(dns, dnsNames)],
      [crypto, cryptoNames],
      [compression, ['_transform']],
    ] satisfies Functions)
      for (const name of names) replace(owner, name, (original) => this.#countingCallback(original));
    for (const [owner, names] of [
      [fs.promises, ['readFile']],
      [dns.promises, namesOf(dns.promises, dnsNames)],
      [get(globalThis, 'WebAssembly') as object, ['compile', 'instantiate']],
      [
        subtle,
        ownKeys(subtle).filter((name) => typeof name === 'string' && name !== 'constructor') as string[],
      ],
    ] satisfies Functions)
      for (const name of names) replace(owner, name, (original) => this.#countingPromise(original));
    syncBuiltinESMExports();
  }

  #countingCallback(original: Call): Call {
    const requests = this;
    return function (...given) {
      const done = given.at(-1);
      if (typeof done !== 'function') return apply(original, this, given);
      let isUnderway = true;
      const end = () => {
        if (isUnderway) requests.#underway--;
        isUnderway = false;
      };
      given[given.length - 1] = function (this: unknown, ...told: unknown[]) {
        end();
        return apply(done as Call, this, told);
      };
      requests.#underway++;
      try {
        return apply(original, this, given);
      } catch (error) {
        end();
        throw error;
      }
    };
  }

  #countingPromise(original: Call): Call {
    const requests = this;
    const end = () => {
      requests.#underway--;
    };
    return function (...given) {
      const promise = apply(original, this, given);
      requests.#underway++;
      apply(then, promise, [end, end]);
      return promise;
    };
  }
}

function replace(owner: object, name: string, make: (original: Call) => Call): void {
  const original = get(owner, name) as unknown;
  if (typeof original !== 'function') return;
  const replacement = make(original as Call);
  // Its name, and how promisify treats it.
  defineProperties(replacement, getOwnPropertyDescriptors(original));
  set(owner, name, replacement);
}
