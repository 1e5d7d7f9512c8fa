// Cells in the background (`%%bg`) in a real JupyterLab: what a person sees under them, while other cells run.
import { describe, expect, test } from '@jest/globals';
import { open } from './stage';

const ticking = "%%bg\nfor (let n = 1; ; n++) { console.log('tick', n); await sleep(100) }";

describe('a cell in the background', () => {
  test('prints on under itself while later cells run, is listed, and stops', async () => {
    const notebook = await open('ticking', ticking, '6 * 7', '%bg', '%bg stop 1');
    await notebook.run(0);
    expect(await notebook.prompt(0).textContent()).toBe('[1]:');
    await notebook.run(1);
    expect(await notebook.text(1)).toBe('42');
    await notebook.outputs(0).filter({ hasText: 'tick 5' }).waitFor();
    await notebook.run(2);
    expect(await notebook.text(2)).toMatch(/^\[1\]\s+running\s+[\d.]+ m?s\s+for \(let n = 1/);
    await notebook.run(3);
    await notebook.outputs(0).filter({ hasText: 'KeyboardInterrupt' }).waitFor();
    expect(await notebook.text(0)).toContain('the cell was stopped');
  });

  test('shows its value as its result, with its number, and its error', async () => {
    const notebook = await open(
      'ends',
      "%%bg\nawait sleep(600)\n'the value'",
      "%%bg\nawait sleep(600)\nthrow new RangeError('too far')",
      'await Out[1]',
    );
    for (const index of [0, 1, 2]) await notebook.run(index);
    expect(await notebook.text(2)).toBe("'the value'");
    await notebook.outputs(0).filter({ hasText: "'the value'" }).waitFor();
    expect(await notebook.cell(0).locator('.jp-OutputPrompt').last().textContent()).toBe('[1]:');
    await notebook.outputs(1).filter({ hasText: 'RangeError: too far' }).waitFor();
  });

  test('draws its progress under itself, and the widgets that it makes live', async () => {
    const notebook = await open(
      'progress',
      '%%bg\nfor (const n of progress(8, { label: "steps" })) await sleep(150)\ndisplay("ready")',
      '%%bg\nconst slider = new widgets.IntSlider({ value: 3 })\ndisplay(slider)\nawait sleep(300)\nslider.value = 8\nawait sleep(1e8)',
      'slider.value',
    );
    await notebook.run(0);
    await notebook.run(1);
    await notebook.outputs(0).filter({ hasText: 'steps' }).first().waitFor();
    await notebook.outputs(0).filter({ hasText: "'ready'" }).waitFor();
    await notebook.cell(1).locator('.widget-readout', { hasText: '8' }).waitFor();
    await notebook.run(2);
    expect(await notebook.text(2)).toBe('8');
  });

  test('asks in a box of its own', async () => {
    const notebook = await open(
      'asks',
      "%%bg\nawait sleep(300)\nconst name = await input.async('Your name? ')\nname.toUpperCase()",
      '1 + 1',
    );
    await notebook.run(0);
    const box = notebook.cell(0).locator('.jp-Stdin-input');
    await box.waitFor();
    // Until it is answered, this front end runs no other cell.
    await box.fill('Ada');
    await box.press('Enter');
    await notebook.run(1);
    expect(await notebook.text(1)).toBe('2');
    await notebook.outputs(0).filter({ hasText: "'ADA'" }).waitFor();
  });

  test('goes on when the cell in front is interrupted, and gives way when it is run again', async () => {
    const notebook = await open('again', ticking, "console.log('go'); while (true) {}", '%bg');
    await notebook.run(0);
    await notebook.start(1);
    await notebook.outputs(1).filter({ hasText: 'go' }).waitFor();
    await notebook.press('interrupt');
    await notebook.finished(1);
    const latest = Number(/tick (\d+)\s*$/.exec(await notebook.text(0))?.[1]);
    await notebook
      .outputs(0)
      .filter({ hasText: `tick ${latest + 5}` })
      .waitFor();
    await notebook.run(0);
    await notebook.outputs(0).filter({ hasText: 'tick 2' }).waitFor();
    await notebook.run(2);
    expect(await notebook.text(2)).toMatch(/^\[3\]\s+running[^\n]*\n\[1\]\s+stopped/);
  });
});
