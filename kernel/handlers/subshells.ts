// Subshells: made, listed and deleted (messaging spec: Kernel subshells; JEP 91).
import { failure } from '../errors';
import type { Handlers } from '../requests';
import type { Subshells } from '../subshells';

export function subshellHandlers(
  subshells: Subshells,
): Pick<Handlers, 'create_subshell_request' | 'delete_subshell_request' | 'list_subshell_request'> {
  return {
    create_subshell_request: () => ({ status: 'ok', subshell_id: subshells.create() }),
    delete_subshell_request: ({ subshell_id: id }) =>
      subshells.delete(id) ? { status: 'ok' } : unknownSubshell(id),
    list_subshell_request: () => ({ status: 'ok', subshell_id: subshells.ids }),
  };
}

export const unknownSubshell = (id: unknown) =>
  failure('UnknownSubshellError', `There is no subshell ${String(id)}.`);
