// How much of each fault: `FAULTS=full` for the run whose figures are quoted, a sample of it otherwise.
// Rule: the small run does the same things, only fewer times.

export const isFull = process.env.FAULTS === 'full';

const pick = (full: number, small: number): number => (isFull ? full : small);

export const sizes = {
  /** Messages that were spoilt after they were signed, and signed messages with nonsense in them: half and half. */
  frames: pick(100_000, 4_000),
  /** Connections that speak no ZeroMQ, or badly, to each of the five ports. */
  strangers: pick(500, 20),
  /** Messages signed with keys that are not the kernel's. */
  wrongKeys: pick(20_000, 1_000),
  /** Messages that are sent again. */
  replays: pick(20_000, 500),
  /** Rounds of ten megabytes, each way and by each kind of message. */
  largeMessages: pick(10, 1),
  /** Megabytes that a cell prints past a subscriber that does not read. */
  unread: pick(200, 40),
  /** Cells of 20,000 outputs past such a subscriber. */
  ignored: pick(25, 6),
  /** Outputs of a megabyte past such a subscriber. */
  largeIgnored: pick(3_000, 500),
  /** Times that a client dies and is back. */
  comebacks: pick(60, 4),
  restarts: pick(50, 4),
  interrupts: pick(200, 24),
  /** Imports that are interrupted. */
  imports: pick(120, 16),
  /** Shutdowns during each kind of blocking. */
  shutdowns: pick(5, 1),
  lines: pick(1_000_000, 100_000),
  /** Outputs of each cell that shows for ever. */
  floods: pick(5_000, 400),
  /** Seconds; FAULTS_SOAK=3600 for an hour. */
  soak: Number(process.env.FAULTS_SOAK ?? pick(600, 4)),
  /** Deaths of the worker in each state. */
  deaths: pick(5, 1),
  /** Deaths of the language worker in each of its jobs. */
  languageDeaths: pick(10, 1),
  /** Of the builtins that are overwritten one by one, every how manyth. */
  builtinStride: pick(1, 12),
};

/** How long one test may take, in milliseconds. */
export const patience = Math.max(pick(1_800_000, 120_000), sizes.soak * 2000);
