// Starts a kernel where a Jupyter Enterprise Gateway wants one, on another machine or in a container, and tells the gateway how
// to reach it (docs/remote.md): `node gateway.cjs --RemoteProcessProxy.kernel-id ID …`, or the same from the environment.
// Rule: nothing listens but the kernel, and only on the address that faces the gateway; the kernel lives in this process.
import {
  constants,
  createCipheriv,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  randomInt,
  randomUUID,
} from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as open } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const channels = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
/** How many ports of a range are tried for one that is free. */
const attempts = 100;

/** What the gateway asks for. */
export interface Summons {
  readonly kernelId: string;
  /** Where the gateway waits for the answer, `IP:PORT`. */
  readonly responseAddress: string;
  /** The gateway's RSA key: base64 of its DER form, as the gateway writes it. */
  readonly publicKey: string;
  /** First and last port that the kernel may use; undefined for any. */
  readonly ports: readonly [number, number] | undefined;
  /** The address to listen on; undefined for the one that faces the gateway. */
  readonly ip: string | undefined;
}

/**
 * @param words `--RemoteProcessProxy.kernel-id ID` or `--kernel-id ID`, and so on
 * @param environment what a gateway gives to containers: KERNEL_ID, RESPONSE_ADDRESS, PUBLIC_KEY, PORT_RANGE
 * @throws Error when something is missing
 */
export function readSummons(
  words: readonly string[],
  environment: { readonly [name: string]: string | undefined },
): Summons {
  const option = (name: string, variable?: string): string | undefined => {
    const at = words.findIndex((word) => word === `--${name}` || word === `--RemoteProcessProxy.${name}`);
    return (at < 0 ? undefined : words[at + 1]) ?? (variable && environment[variable]);
  };
  const wanted = (name: string, variable: string): string => {
    const value = option(name, variable);
    if (!value)
      throw new Error(
        `Enterprise Gateway starts this program with --${name}, or ${variable} in the environment`,
      );
    return value;
  };
  const range = option('port-range', 'PORT_RANGE') ?? '0..0';
  const [first = Number.NaN, last = Number.NaN] = range.split('..').map(Number);
  if (!(first <= last && last <= 65_535))
    throw new Error(`"${range}" is no range of ports such as 40000..41000`);
  return {
    kernelId: wanted('kernel-id', 'KERNEL_ID'),
    responseAddress: wanted('response-address', 'RESPONSE_ADDRESS'),
    publicKey: wanted('public-key', 'PUBLIC_KEY'),
    ports: first === last ? undefined : [first, last],
    ip: option('ip'),
  };
}

/** What goes to the gateway: the connection under a key of its own, and that key under the gateway's. */
export function sealConnection(connection: object, publicKey: string): string {
  const key = randomBytes(16);
  // Without a chain or a vector, since the gateway opens it so.
  const cipher = createCipheriv('aes-128-ecb', key, null);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(connection)), cipher.final()]);
  const gateway = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
  const payload = {
    version: 1,
    key: publicEncrypt({ key: gateway, padding: constants.RSA_PKCS1_PADDING }, key).toString('base64'),
    conn_info: sealed.toString('base64'),
  };
  return Buffer.from(JSON.stringify(payload)).toString('base64');
}

/** Five ports that are free now, or zeros where any will do. */
export async function choosePorts(range: Summons['ports'], ip: string): Promise<number[]> {
  if (!range) return channels.map(() => 0);
  const chosen = new Set<number>();
  for (let tried = 0; chosen.size < channels.length; tried++) {
    if (tried === attempts) throw new Error(`there are no five free ports from ${range[0]} to ${range[1]}`);
    const port = randomInt(range[0], range[1] + 1);
    if (await isFree(port, ip)) chosen.add(port);
  }
  return [...chosen];
}

function isFree(port: number, ip: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, ip, () => server.close(() => resolve(true)));
  });
}

/** The address by which this machine reaches another: asked of the system, without a packet. */
function addressFacing(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', reject);
    socket.connect(port, host, () => {
      const { address } = socket.address();
      socket.close(() => resolve(address));
    });
  });
}

function tell(host: string, port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = open(port, host, () => socket.end(text, resolve));
    socket.once('error', reject);
  });
}

interface ConnectionFile {
  readonly [field: string]: string | number;
}

/** The connection file once the kernel has put its ports in. */
async function boundConnection(file: string): Promise<ConnectionFile> {
  for (;;) {
    const connection = JSON.parse(readFileSync(file, 'utf8')) as ConnectionFile;
    if (channels.every((channel) => connection[`${channel}_port`] !== 0)) return connection;
    await delay(20);
  }
}

async function main(summons: Summons): Promise<void> {
  const separator = summons.responseAddress.lastIndexOf(':');
  const host = summons.responseAddress.slice(0, separator);
  const port = Number(summons.responseAddress.slice(separator + 1));
  const ip = summons.ip ?? (await addressFacing(host, port));
  const ports = await choosePorts(summons.ports, ip);
  const directory = mkdtempSync(join(tmpdir(), 'tskernel-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'connection.json');
  const connection = {
    transport: 'tcp',
    ip,
    key: randomUUID(),
    signature_scheme: 'hmac-sha256',
    ...Object.fromEntries(channels.map((channel, index) => [`${channel}_port`, ports[index]!])),
  };
  writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
  // The parent that the gateway means is on the gateway's machine.
  delete process.env.JPY_PARENT_PID;
  process.argv.splice(2, process.argv.length, file);
  require(join(__dirname, 'kernel.cjs'));
  const bound = await boundConnection(file);
  await tell(host, port, sealConnection({ ...bound, kernel_id: summons.kernelId }, summons.publicKey));
}

if (require.main === module) {
  Promise.resolve()
    .then(() => main(readSummons(process.argv.slice(2), process.env)))
    .catch((error: unknown) => {
      console.error(`tskernel: ${error instanceof Error ? error.message : String(error)}`);
      process.exit(1);
    });
}
