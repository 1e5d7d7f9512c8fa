import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ConnectionError,
  endpoint,
  parseConnection,
  readConnection,
  socketFile,
  writePorts,
} from '../../../kernel/connection';

const file = {
  transport: 'tcp',
  ip: '127.0.0.1',
  shell_port: 57503,
  iopub_port: 40885,
  stdin_port: 52597,
  control_port: 50160,
  hb_port: 42540,
  key: 'a0436f6c',
  signature_scheme: 'hmac-sha256',
  kernel_name: 'tskernel',
};

function parse(changes: object): ReturnType<typeof parseConnection> {
  return parseConnection(JSON.stringify({ ...file, ...changes }), '/run/kernel.json');
}

describe('a connection file', () => {
  test('gives address, ports, key and hash', () => {
    expect(parse({})).toEqual({
      transport: 'tcp',
      ip: '127.0.0.1',
      ports: { shell: 57503, iopub: 40885, stdin: 52597, control: 50160, hb: 42540 },
      key: 'a0436f6c',
      hash: 'sha256',
    });
  });

  test('may have ports as strings, an empty key, another hash', () => {
    const connection = parse({ shell_port: '57503', key: '', signature_scheme: 'hmac-sha512' });
    expect(connection).toMatchObject({ ports: { shell: 57503 }, key: '', hash: 'sha512' });
  });

  test('may have keys for encryption', () => {
    const [publicKey, secretKey] = ['p'.repeat(40), 's'.repeat(40)];
    expect(parse({ curve_publickey: publicKey, curve_secretkey: secretKey }).curve).toEqual({
      publicKey,
      secretKey,
    });
  });

  test.each([
    [{ shell_port: undefined }, /lacks "shell_port"\. Add a port number/],
    [{ hb_port: 70_000 }, /"hb_port": 70000\. Give a number from 0/],
    [{ hb_port: -1 }, /"hb_port": -1/],
    [{ stdin_port: '12a' }, /"stdin_port": "12a"/],
    [{ key: undefined }, /lacks "key"\. Add one, or ""/],
    [{ key: 12 }, /"key" that is not a string/],
    [{ transport: 'udp' }, /"transport": "udp"\. This kernel knows "tcp" and "ipc"/],
    [{ transport: 'ipc', ip: undefined }, /lacks "ip"/],
    [{ signature_scheme: 'hmac-nonsense' }, /"hmac-nonsense"\. Use "hmac-sha256"/],
    [{ signature_scheme: 'hmac-shake256' }, /"hmac-shake256"\. Use "hmac-sha256"/],
    [
      { curve_publickey: 'p'.repeat(40), curve_secretkey: `${'s'.repeat(39)}ä` },
      /"curve_secretkey" that is no Z85/,
    ],
    [
      { curve_publickey: '#'.repeat(40), curve_secretkey: 's'.repeat(40) },
      /"curve_publickey" that is no Z85/,
    ],
    [{ signature_scheme: 'sha256' }, /signature_scheme/],
    [{ curve_publickey: 'p'.repeat(40) }, /only one of/],
    [{ curve_publickey: 'p', curve_secretkey: 's'.repeat(40) }, /of 1 characters. A Z85 key has 40/],
    [{ shell_port: undefined, registration_port: 1 }, /start-up handshake/],
  ])('with %p is refused with advice', (changes, message) => {
    expect(() => parse(changes)).toThrow(ConnectionError);
    expect(() => parse(changes)).toThrow(message);
    expect(() => parse(changes)).toThrow('/run/kernel.json');
  });

  test.each(['', '{', '[]', 'null', '"text"'])('that holds %p is refused', (text) => {
    expect(() => parseConnection(text, '/run/kernel.json')).toThrow(/\/run\/kernel.json is not JSON/);
  });

  test('that is missing is named', () => {
    expect(() => readConnection('/nonexistent/kernel.json')).toThrow(
      /\/nonexistent\/kernel.json cannot be read/,
    );
  });
});

describe('an address', () => {
  test('of tcp is host and port', () => {
    expect(endpoint(parse({}), 'shell')).toBe('tcp://127.0.0.1:57503');
    expect(endpoint(parse({ ip: '*' }), 'hb')).toBe('tcp://*:42540');
    expect(endpoint(parse({ ip: '::1' }), 'hb')).toBe('tcp://[::1]:42540');
  });

  test('with port 0 is any free port', () => {
    expect(endpoint(parse({ shell_port: 0 }), 'shell')).toBe('tcp://127.0.0.1:*');
  });

  test('of ipc is a file whose name ends in the port', () => {
    const connection = parse({ transport: 'ipc', ip: '/run/kernel-1', shell_port: 1, iopub_port: 0 });
    expect(endpoint(connection, 'shell')).toBe('ipc:///run/kernel-1-1');
    expect(socketFile(connection, 'shell')).toBe('/run/kernel-1-1');
    expect(endpoint(connection, 'iopub')).toBe('ipc:///run/kernel-1-2');
  });
});

describe('ports that the kernel chose', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tskernel-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are written into the file, the rest is kept, and only the owner may read it', () => {
    const path = join(folder, 'kernel.json');
    writeFileSync(path, JSON.stringify({ ...file, shell_port: 0 }), { mode: 0o644 });
    writePorts(path, { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      ...file,
      shell_port: 1,
      iopub_port: 2,
      stdin_port: 3,
      control_port: 4,
      hb_port: 5,
    });
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
