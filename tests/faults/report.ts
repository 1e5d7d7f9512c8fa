// What the faults came to: one line each at the end, and artifacts/faults.json (faults-small.json for the small run).
// Rule: a fault is in the report only if its test came to its end.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isFull } from './sizes';

export interface Finding {
  /** What was done to the kernel. */
  readonly fault: string;
  /** How often. */
  readonly count: number;
  /** What came of it, in figures where there are some. */
  readonly outcome: string;
}

const artifacts = resolve(__dirname, '../../artifacts');
const findings: Finding[] = [];

export function report(fault: string, count: number, outcome: string): void {
  findings.push({ fault, count, outcome });
}

/** Faults that did not run this time keep the line of the last time. */
export function writeReport(): void {
  const path = join(artifacts, isFull ? 'faults.json' : 'faults-small.json');
  const fresh = new Set(findings.map(({ fault }) => fault));
  const faults = [...readFindings(path).filter(({ fault }) => !fresh.has(fault)), ...findings];
  mkdirSync(artifacts, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ node: process.version, faults }, undefined, 2)}\n`);
  for (const { fault, count, outcome } of findings) {
    process.stderr.write(`survived ${count.toLocaleString('en')} × ${fault}: ${outcome}\n`);
  }
}

function readFindings(path: string): readonly Finding[] {
  try {
    const { node, faults } = JSON.parse(readFileSync(path, 'utf8')) as { node: string; faults: Finding[] };
    return node === process.version ? faults : [];
  } catch {
    return [];
  }
}
