// The main shell and its subshells: queues of requests beside each other (messaging spec: Kernel subshells; JEP 91).
// Rule: each has its own order and its own abort, and every request that one took is answered, also when it is deleted.
import { randomUUID } from 'node:crypto';
import { ExecutionQueue } from './execution-queue';
import type { Header } from './wire';

export class Subshells {
  /** For requests that name no subshell. */
  readonly main = new ExecutionQueue();
  readonly #open = new Map<string, ExecutionQueue>();
  /** Those that were deleted, as long as something runs in them; others by their ids alone. */
  readonly #deleted = new Map<string, ExecutionQueue | undefined>();

  get ids(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** @returns its id */
  create(): string {
    const id = randomUUID();
    this.#open.set(id, new ExecutionQueue());
    return id;
  }

  /**
   * What waits in it is answered now; what runs comes to its end, and is answered then.
   * @returns whether there was one
   */
  delete(id: string): boolean {
    const queue = this.#open.get(id);
    if (!queue) return false;
    this.#open.delete(id);
    this.#deleted.set(id, queue);
    void queue.empty().then(() => this.#deleted.set(id, undefined));
    queue.end('its subshell was deleted');
    return true;
  }

  /** The queue of a request; nothing for a subshell that does not exist, or does no more. */
  find({ subshell_id: id }: Header): ExecutionQueue | undefined {
    return typeof id === 'string' ? this.#open.get(id) : this.main;
  }

  /** Whether a request names a subshell that was there. Messages overtake each other between shell and control. */
  wasDeleted({ subshell_id: id }: Header): boolean {
    return typeof id === 'string' && this.#deleted.has(id);
  }

  /** What waits or comes later will not run. */
  close(): void {
    for (const queue of this.#all()) queue.close('the kernel shuts down');
  }

  /** Resolves when nothing runs or waits in any of them. */
  async empty(): Promise<void> {
    await Promise.all(this.#all().map((queue) => queue.empty()));
  }

  #all(): readonly ExecutionQueue[] {
    const ending = [...this.#deleted.values()].filter((queue) => queue !== undefined);
    return [this.main, ...this.#open.values(), ...ending];
  }
}
