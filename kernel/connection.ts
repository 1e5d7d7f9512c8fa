// The connection file: what a Jupyter server writes for us, checked field by field (Connection files, in
// https://jupyter-client.readthedocs.io/en/stable/kernels.html).
// Rule: every complaint names the file and the field, and says what to do.
import { createHmac } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { describeError } from './log';

export const channelNames = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
export type ChannelName = (typeof channelNames)[number];

export type Ports = { readonly [channel in ChannelName]: number };

export interface CurveKeys {
  /** Z85, 40 characters. */
  readonly publicKey: string;
  readonly secretKey: string;
}

export interface Connection {
  readonly transport: 'tcp' | 'ipc';
  /** Address to bind; for ipc the prefix of the socket files' paths. */
  readonly ip: string;
  /** 0: any free port. */
  readonly ports: Ports;
  /** Empty: messages are not signed. */
  readonly key: string;
  /** Of the signatures, as node:crypto calls it. */
  readonly hash: string;
  readonly curve?: CurveKeys;
}

/** A connection file that cannot be used. The message is shown to the user. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** @throws ConnectionError when the file is missing or cannot be used. */
export function readConnection(path: string): Connection {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConnectionError(`The connection file ${path} cannot be read (${describeError(error)}).`, {
      cause: error,
    });
  }
  return parseConnection(text, path);
}

/** @throws ConnectionError when the text is no connection file. */
export function parseConnection(text: string, path: string): Connection {
  const complain = (what: string, cause?: unknown): never => {
    throw new ConnectionError(`The connection file ${path} ${what}`, { cause });
  };
  let fields: Record<string, unknown>;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not an object');
    fields = value as Record<string, unknown>;
  } catch (error) {
    return complain(
      `is not JSON (${describeError(error)}). Let Jupyter write it, or start from a file of its runtime directory.`,
      error,
    );
  }

  const optionalText = (name: string): string | undefined => {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string'
      ? value
      : complain(`has a "${name}" that is not a string. Put it in quotes.`);
  };
  const port = (name: string): number => {
    const value = fields[name];
    if (value === undefined && fields.registration_port !== undefined) {
      return complain(
        'asks for the start-up handshake (registration_port), which this kernel does not speak. Use a server that writes the five ports.',
      );
    }
    if (value === undefined) return complain(`lacks "${name}". Add a port number, or 0 for any free port.`);
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 65_535) {
      return complain(
        `has "${name}": ${JSON.stringify(value)}. Give a number from 0 (any free port) to 65535.`,
      );
    }
    return number;
  };

  const transport = optionalText('transport') ?? 'tcp';
  if (transport !== 'tcp' && transport !== 'ipc') {
    return complain(`has "transport": ${JSON.stringify(transport)}. This kernel knows "tcp" and "ipc".`);
  }
  const key = optionalText('key');
  if (key === undefined) return complain('lacks "key". Add one, or "" to go without signatures.');
  const scheme = optionalText('signature_scheme') ?? 'hmac-sha256';
  const hash = /^hmac-(\w+)$/.exec(scheme)?.[1];
  if (hash === undefined || !canSign(hash)) {
    return complain(`has "signature_scheme": ${JSON.stringify(scheme)}. Use "hmac-sha256".`);
  }
  const publicKey = optionalText('curve_publickey');
  const secretKey = optionalText('curve_secretkey');
  if ((publicKey === undefined) !== (secretKey === undefined)) {
    return complain(
      'has only one of "curve_publickey" and "curve_secretkey". Give both, or none to go without encryption.',
    );
  }
  for (const [name, value] of [
    ['curve_publickey', publicKey],
    ['curve_secretkey', secretKey],
  ] as const) {
    if (value !== undefined && value.length !== 40) {
      return complain(`has a "${name}" of ${value.length} characters. A Z85 key has 40.`);
    }
    if (value !== undefined && !isZ85(value)) {
      return complain(`has a "${name}" that is no Z85 text. Make a pair of keys with zmq.curve_keypair().`);
    }
  }

  return {
    transport,
    ip:
      optionalText('ip') ??
      (transport === 'tcp' ? '127.0.0.1' : complain('lacks "ip", for ipc the prefix of the socket files.')),
    ports: eachChannel((channel) => {
      const number = port(`${channel}_port`);
      // ipc ports are suffixes of file names; Jupyter counts them from 1.
      return number === 0 && transport === 'ipc' ? channelNames.indexOf(channel) + 1 : number;
    }),
    key,
    hash,
    ...(publicKey !== undefined && secretKey !== undefined && { curve: { publicKey, secretKey } }),
  };
}

/** Whether node:crypto makes signatures with that hash: not with each that it knows, those of variable length have none. */
function canSign(hash: string): boolean {
  try {
    return createHmac(hash, 'key').update('text').digest('hex').length > 0;
  } catch {
    return false;
  }
}

const z85Digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Whether a text is Z85 (ZeroMQ RFC 32): five digits make four bytes, so five may not be more than those hold. */
function isZ85(text: string): boolean {
  const groups = text.match(/.{5}/gs) ?? [];
  return groups.every((group) => {
    const digits = [...group].map((digit) => z85Digits.indexOf(digit));
    return !digits.includes(-1) && digits.reduce((sum, digit) => sum * 85 + digit, 0) < 2 ** 32;
  });
}

/**
 * Writes the chosen ports into the file, for clients. The file is replaced in one step, so that no client reads half of it,
 * and only its owner may read it: it holds the key.
 */
export function writePorts(path: string, ports: Ports): void {
  const fields: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const named = Object.fromEntries(channelNames.map((channel) => [`${channel}_port`, ports[channel]]));
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify({ ...(fields as object), ...named }, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Where to bind a channel, in ZeroMQ's notation. */
export function endpoint(connection: Connection, channel: ChannelName): string {
  const port = connection.ports[channel];
  if (connection.transport === 'ipc') return `ipc://${socketFile(connection, channel)}`;
  const host =
    connection.ip.includes(':') && !connection.ip.startsWith('[') ? `[${connection.ip}]` : connection.ip;
  return `tcp://${host}:${port === 0 ? '*' : port}`;
}

/** The file of an ipc channel. */
export function socketFile(connection: Connection, channel: ChannelName): string {
  return `${connection.ip}-${connection.ports[channel]}`;
}

export function eachChannel<Value>(value: (channel: ChannelName) => Value): Record<ChannelName, Value> {
  return {
    shell: value('shell'),
    iopub: value('iopub'),
    stdin: value('stdin'),
    control: value('control'),
    hb: value('hb'),
  };
}
