// Subshells (messaging spec: Kernel subshells; JEP 91): not offered yet, so asking for one is an error.
import { failure } from '../errors';
import type { Handlers } from '../requests';

export function subshellHandlers(): Pick<
  Handlers,
  'create_subshell_request' | 'delete_subshell_request' | 'list_subshell_request'
> {
  const refuse = () => failure('SubshellsNotSupported', 'This kernel has no subshells.');
  return {
    create_subshell_request: refuse,
    delete_subshell_request: refuse,
    list_subshell_request: refuse,
  };
}
