// Code that the debugger evaluates in a thread that hears of nothing else, cut off by a signal.
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Evaluations } from '../../../src/control/evaluations';
import { SharedState } from '../../../src/threads/shared';

const kill = jest.spyOn(process, 'kill').mockImplementation(() => true);
beforeEach(() => void kill.mockClear());
afterEach(() => void process.removeAllListeners('SIGINT'));

function open(...sizes: number[]) {
  const shared = new SharedState();
  const evaluations = new Evaluations(shared, () => (sizes.length > 1 ? sizes.shift()! : sizes[0]!));
  evaluations.begin();
  return { shared, evaluations };
}

describe('the signal', () => {
  test('is sent once, while the code runs, and the reason is told at its end', () => {
    const { shared, evaluations } = open(1);
    shared.beginEvaluation();
    expect([evaluations.cutOff('memory'), evaluations.cutOff('interrupt')]).toEqual([true, true]);
    expect(kill.mock.calls).toEqual([[process.pid, 'SIGINT']]);
    shared.leaveEvaluation();
    expect(evaluations.end()).toBe('memory');
  });

  test('is not sent where no code runs: it would end the process', () => {
    const { shared, evaluations } = open(1);
    expect(evaluations.cutOff('interrupt')).toBe(false);
    shared.beginEvaluation();
    shared.endEvaluation();
    expect(evaluations.cutOff('interrupt')).toBe(false);
    expect(kill).not.toHaveBeenCalled();
    expect(evaluations.end()).toBeUndefined();
  });

  test('is waited for by code that ends meanwhile, a second at most', () => {
    const { shared, evaluations } = open(1);
    shared.beginEvaluation();
    evaluations.cutOff('interrupt');
    const began = performance.now();
    shared.endEvaluation();
    expect(performance.now() - began).toBeGreaterThan(900);
  });
});

test('who listens to SIGINT hears it again once nothing is evaluated', () => {
  const heard: string[] = [];
  process.on('SIGINT', () => heard.push('always'));
  process.once('SIGINT', () => heard.push('once'));
  const { evaluations } = open(1);
  evaluations.end();
  process.emit('SIGINT');
  process.emit('SIGINT');
  expect(heard).toEqual(['always', 'once', 'always']);
});

test('the growth of the process is known while code runs', () => {
  const { shared, evaluations } = open(100, 250);
  expect(evaluations.growth).toBeUndefined();
  shared.beginEvaluation();
  expect(evaluations.growth).toEqual({ from: 100, by: 150 });
});
