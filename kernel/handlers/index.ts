// One handler for each request, except for executions, which keep an order of their own.
import type { Engine } from '../../src';
import type { Ports } from '../connection';
import type { History } from '../history';
import type { Handlers } from '../messages';
import { commHandlers } from './comms';
import { debugHandlers } from './debug';
import { informationHandlers } from './information';
import { languageHandlers } from './language';
import { subshellHandlers } from './subshells';
import { usageHandlers } from './usage';

export interface HandlerParts {
  readonly engine: Engine;
  readonly history: History;
  readonly ports: Ports;
  /** Ends what runs. The process ends after the reply. */
  close(): Promise<void>;
}

export function createHandlers(parts: HandlerParts): Omit<Handlers, 'execute_request'> {
  const { engine, history, ports, close } = parts;
  return {
    ...informationHandlers(ports),
    ...languageHandlers(engine),
    ...commHandlers(engine),
    ...usageHandlers(),
    ...debugHandlers(),
    ...subshellHandlers(),
    history_request: async (request) => ({ status: 'ok', history: await history.query(request) }),
    interrupt_request: () => {
      engine.interrupt();
      return { status: 'ok' };
    },
    shutdown_request: async ({ restart }) => {
      await close();
      return { status: 'ok', restart };
    },
  };
}
