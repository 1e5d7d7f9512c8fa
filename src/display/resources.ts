// Timers, servers, sockets, child processes and files in use: a cell often ends in the call that makes one, and shows what it is
// in one line, where Node's inspect lists its own insides.
// Rule: only Node's own classes, also under a class of Node's own that extends one; the user's class may have fields to show.
import type { ChildProcess } from 'node:child_process';
import type dgram from 'node:dgram';
import type { ReadStream, WriteStream } from 'node:fs';
import type { ClientRequest } from 'node:http';
import type net from 'node:net';
import timers from 'node:timers';
import { classNameOf, getPrototypeOf, hasOwn } from '../realm/builtins';

const { clearImmediate, clearTimeout, setImmediate, setTimeout } = timers;

/** By the name of its class: what is said of a value behind it, or nothing when it is no such value. */
const kinds: { readonly [className: string]: (value: object) => string | undefined } = {
  Timeout: (value) => (isTimer(value) ? describeTimer(value) : undefined),
  Immediate: (value) => (isImmediate(value) ? describeImmediate(value) : undefined),
  Server: describeServer,
  Http2Server: describeServer,
  Http2SecureServer: describeServer,
  Socket: (value) => describeSocket(value) ?? describeDatagrams(value),
  TLSSocket: describeSocket,
  ChildProcess: describeChild,
  ClientRequest: describeRequest,
  ReadStream: describeFile,
  WriteStream: describeFile,
};

/** The line for a value; undefined for every other value. Not for proxies. */
export function resourceLine(value: object): string | undefined {
  const name = classNameOf(value);
  if (name === undefined || !hasOwn(kinds, name)) return undefined;
  const told = kinds[name]!(value);
  return told === undefined ? undefined : `${name} (${told})`;
}

interface Timer {
  readonly _idleTimeout: number;
  readonly _repeat: number | null;
  readonly _destroyed: boolean;
}

function isTimer(value: object): value is Timer {
  const timer = setTimeout(() => undefined, 0);
  clearTimeout(timer);
  return getPrototypeOf(value) === getPrototypeOf(timer);
}

function describeTimer({ _idleTimeout: time, _repeat: repeat, _destroyed: isOver }: Timer): string {
  if (isOver) return 'over';
  return typeof repeat === 'number' ? `every ${repeat} ms` : `after ${time} ms`;
}

function isImmediate(value: object): value is { readonly _destroyed: boolean } {
  const immediate = setImmediate(() => undefined);
  clearImmediate(immediate);
  return getPrototypeOf(value) === getPrototypeOf(immediate);
}

function describeImmediate({ _destroyed: isOver }: { readonly _destroyed: boolean }): string {
  return isOver ? 'over' : 'at the next turn of the event loop';
}

// Node has loaded the module of every such value.
const netModule = () => require('node:net') as typeof net;

function describeServer(value: object): string | undefined {
  if (!(value instanceof netModule().Server)) return undefined;
  const address = value.address();
  return address === null ? 'not listening' : `listening on ${placeOf(address)}`;
}

function placeOf(address: net.AddressInfo | string): string {
  if (typeof address === 'string') return address;
  const { address: host, port } = address;
  return host === '::' || host === '0.0.0.0' ? `port ${port}` : hostAndPort(host, port);
}

const hostAndPort = (host: string, port: number | string) =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

function describeSocket(value: object): string | undefined {
  if (!(value instanceof netModule().Socket)) return undefined;
  if (value.destroyed) return 'closed';
  const { remoteAddress, remotePort } = value;
  if (remoteAddress === undefined) return value.connecting ? 'connecting' : 'not connected';
  return `connected to ${hostAndPort(remoteAddress, remotePort!)}`;
}

function describeDatagrams(value: object): string | undefined {
  const { Socket } = require('node:dgram') as typeof dgram;
  if (!(value instanceof Socket)) return undefined;
  try {
    return `UDP, bound to ${placeOf(value.address())}`;
  } catch {
    return 'UDP, not bound';
  }
}

function describeChild(value: object): string | undefined {
  const { ChildProcess } = require('node:child_process') as typeof import('node:child_process');
  if (!(value instanceof ChildProcess)) return undefined;
  const { pid, spawnargs, exitCode, signalCode } = value as ChildProcess;
  if (pid === undefined) return `${spawnargs.join(' ')}, not started`;
  const end =
    signalCode !== null ? `, ended by ${signalCode}` : exitCode !== null ? `, ended with ${exitCode}` : '';
  return `${spawnargs.join(' ')}, pid ${pid}${end}`;
}

function describeRequest(value: object): string | undefined {
  const http = require('node:http') as typeof import('node:http');
  if (!(value instanceof http.ClientRequest)) return undefined;
  const { method, protocol, host, path } = value as ClientRequest;
  return `${method} ${protocol}//${host}${path}`;
}

function describeFile(value: object): string | undefined {
  const fs = require('node:fs') as typeof import('node:fs');
  if (!(value instanceof fs.ReadStream) && !(value instanceof fs.WriteStream)) return undefined;
  const { path, destroyed } = value as ReadStream | WriteStream;
  return `${path === undefined ? 'a descriptor' : String(path)}${destroyed ? ', closed' : ''}`;
}
