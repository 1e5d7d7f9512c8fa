// One handler for each request.
import type { Engine } from '../../src';
import type { Ports } from '../connection';
import type { History } from '../history';
import type { Handlers } from '../requests';
import type { Subshells } from '../subshells';
import { commHandlers } from './comms';
import type { DebugHandler } from './debug';
import type { Editors } from './editors';
import type { ExecuteHandler } from './execute';
import { informationHandlers } from './information';
import { languageHandlers } from './language';
import { subshellHandlers } from './subshells';
import { usageHandlers } from './usage';

export interface HandlerParts {
  readonly engine: Engine;
  readonly executor: ExecuteHandler;
  readonly debug: DebugHandler;
  readonly history: History;
  readonly ports: Ports;
  readonly subshells: Subshells;
  readonly editors: Editors;
  /** Ends what runs. The process ends after the reply. */
  close(): Promise<void>;
}

export function createHandlers(parts: HandlerParts): Handlers {
  const { engine, executor, debug, history, ports, subshells, editors, close } = parts;
  return {
    ...informationHandlers(ports, engine.debugger.isAvailable),
    ...languageHandlers(engine),
    ...commHandlers(engine, editors),
    ...usageHandlers(),
    ...subshellHandlers(subshells),
    execute_request: (request, message) => executor.execute(message, request),
    debug_request: (request, message) => debug.answer(request, message.headerText),
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
