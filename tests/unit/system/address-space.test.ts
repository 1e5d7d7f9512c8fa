// How many addresses there are, and whether a thread fits.
import { describe, expect, test } from '@jest/globals';
import {
  enoughAddresses,
  frugalLimits,
  hasRoomForNode,
  readAddressSpace,
  refuseThread,
} from '../../../src/system/address-space';

const gigabyte = 2 ** 30;

/** @param limit as Linux writes it */
const files = (limit: string) => (file: string) =>
  file === 'limits'
    ? `Limit                     Soft Limit           Hard Limit           Units\nMax address space         ${limit}\nMax open files            64   64   files\n`
    : 'Name:\tnode\nVmPeak:\t 1900000 kB\nVmSize:\t 1048576 kB\n';

describe('the addresses of this process', () => {
  test('are limited where the system says so', () => {
    expect(readAddressSpace(files('2147483648           unlimited            bytes'))).toEqual({
      limit: 2 * gigabyte,
      taken: gigabyte,
    });
    expect(readAddressSpace(files('unlimited            unlimited            bytes'))).toBeUndefined();
  });

  test('are not, where it says nothing', () => {
    const nothing = () => {
      throw new Error('ENOENT');
    };
    expect(readAddressSpace(nothing)).toBeUndefined();
    expect(() => refuseThread(undefined, undefined)).not.toThrow();
  });

  test('are spared by the threads of a kernel only where there is a limit', () => {
    expect(frugalLimits(undefined)).toEqual({});
    expect(frugalLimits({ limit: 8 * gigabyte, taken: gigabyte })).toEqual({ codeRangeSizeMb: 64 });
  });

  test('have to do for a thread, or it is refused with what to do', () => {
    const enough = { limit: enoughAddresses * 2 ** 20, taken: 1.4 * gigabyte };
    expect(() => refuseThread(undefined, enough)).not.toThrow();
    expect(() => refuseThread(undefined, { limit: 2 * gigabyte, taken: 1.8 * gigabyte })).toThrow(
      /may reserve 2\.0 GB of addresses \(ulimit -v\), of which 0\.2 GB are left.*Raise the limit/,
    );
  });

  test('a thread that Node starts takes more of them', () => {
    const space = { limit: 2 * gigabyte, taken: 1.3 * gigabyte };
    expect(() => refuseThread(undefined, space)).not.toThrow();
    expect(hasRoomForNode(space)).toBe(false);
  });
});
