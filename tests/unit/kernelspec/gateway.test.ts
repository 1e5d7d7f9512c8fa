import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { choosePorts, readSummons, sealConnection } from '../../../kernelspec/gateway';

const read = (line: string, environment = {}) => readSummons(line.split(' '), environment);
const complete = '--kernel-id k --response-address 10.0.0.1:8877 --public-key AA==';

describe('what an Enterprise Gateway asks for', () => {
  test('is read from the command line, by its newer and its older names', () => {
    const summons = { kernelId: 'k', responseAddress: '10.0.0.1:8877', publicKey: 'AA==' };
    expect(read(complete)).toMatchObject({ ...summons, ports: undefined });
    const older = complete.replaceAll('--', '--RemoteProcessProxy.');
    expect(read(`${older} --RemoteProcessProxy.port-range 40000..41000`)).toMatchObject({
      ...summons,
      ports: [40_000, 41_000],
    });
  });

  test('is read from the environment of a container', () => {
    const environment = {
      KERNEL_ID: 'k',
      RESPONSE_ADDRESS: '10.0.0.1:8877',
      PUBLIC_KEY: 'AA==',
      PORT_RANGE: '0..0',
    };
    expect(read('', environment)).toMatchObject({ kernelId: 'k', ports: undefined });
  });

  test.each([
    ['', 'Enterprise Gateway starts this program with --kernel-id, or KERNEL_ID in the environment'],
    [`${complete} --port-range 9..1`, '"9..1" is no range of ports such as 40000..41000'],
    [`${complete} --port-range some`, '"some" is no range of ports such as 40000..41000'],
  ])('%s: %s', (line, complaint) => {
    expect(() => read(line)).toThrow(complaint);
  });
});

test('the gateway opens what is sealed for it, and nobody else', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const connection = { shell_port: 1, key: 'secret', kernel_id: 'k' };
  const sealed = sealConnection(connection, key);
  const payload = JSON.parse(Buffer.from(sealed, 'base64').toString());
  expect(payload.version).toBe(1);
  expect(JSON.stringify(payload)).not.toContain('secret');
  // Node takes the padding of PKCS #1 no more; the key is what stands behind it.
  const padded = privateDecrypt(
    { key: privateKey, padding: constants.RSA_NO_PADDING },
    Buffer.from(payload.key, 'base64'),
  );
  expect([...padded.subarray(0, 2), padded.at(-17)]).toEqual([0, 2, 0]);
  const opened = padded.subarray(-16);
  const cipher = createDecipheriv('aes-128-ecb', opened, null);
  const text = cipher.update(payload.conn_info, 'base64', 'utf8') + cipher.final('utf8');
  expect(JSON.parse(text)).toEqual(connection);
});

describe('the ports of a kernel', () => {
  test('are any that are free, without a range', async () => {
    expect(await choosePorts(undefined, '127.0.0.1')).toEqual([0, 0, 0, 0, 0]);
  });

  test('are five of the range', async () => {
    const ports = await choosePorts([47_000, 47_500], '127.0.0.1');
    expect(new Set(ports).size).toBe(5);
    for (const port of ports) expect(port >= 47_000 && port <= 47_500).toBe(true);
  });

  test('are refused when the range has none that is free', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as AddressInfo;
    await expect(choosePorts([port, port + 1], '127.0.0.1')).rejects.toThrow(
      `there are no five free ports from ${port} to ${port + 1}`,
    );
    taken.close();
  });
});
