// `Deno.jupyter` of the Deno kernel; everything else of `Deno` says what does it in Node.
import { readFileSync } from 'node:fs';
import { render } from '../display/render';
import { displaySymbol } from '../display/symbols';
import type { standIns } from '../globals/standins';
import { nodeWays } from './deno-ways';
import type { Kernel } from './kernel';

export function createDeno(kernel: Kernel): standIns.DenoNamespace {
  const jupyter = createJupyter(kernel);
  return new Proxy({ jupyter } as unknown as standIns.DenoNamespace, {
    get(target, name, receiver) {
      if (typeof name !== 'string' || name in target) return Reflect.get(target, name, receiver) as unknown;
      throw new TypeError(explain(name));
    },
  });
}

function explain(name: string): string {
  const way = Object.hasOwn(nodeWays, name) ? nodeWays[name]! : 'what does the same is in a module of Node';
  return `Cells run in Node, where there is no Deno.${name}: ${way}`;
}

function createJupyter({ display, clearOutput, sink }: Kernel): standIns.DenoJupyter {
  return {
    $display: displaySymbol,
    display: (value, options) => display(value, { raw: false, ...options }).ready,
    format: async (value) => (await render(value)).data,
    async broadcast(type, content) {
      const { data, metadata, transient = {} } = content;
      switch (type) {
        case 'display_data':
        case 'execute_result':
          await display.mime(
            data,
            metadata,
            transient.display_id === undefined ? undefined : { id: transient.display_id },
          ).ready;
          return;
        case 'update_display_data':
          return display.update(transient.display_id, selfShowing(data as standIns.Bundle, metadata));
        case 'clear_output':
          return clearOutput({ wait: content.wait === true });
        case 'stream':
          return sink.emit({
            kind: 'text',
            stream: content.name === 'stderr' ? 'stderr' : 'stdout',
            text: String(content.text),
          });
        default:
          throw new Error(
            `Deno.jupyter.broadcast sends display_data, update_display_data, clear_output and stream here, not ${type}. For comms see comms.open, for widgets widget({ esm, state }).`,
          );
      }
    },
    image(source) {
      const bytes = typeof source === 'string' ? readFileSync(source) : source;
      // Shown as what it is, by its first bytes.
      return { [displaySymbol]: async () => (await render(new Uint8Array(bytes))).data };
    },
    html: tag('text/html'),
    md: tag('text/markdown'),
    svg: tag('image/svg+xml'),
  };
}

function selfShowing(data: standIns.Bundle, metadata?: unknown): object {
  return { [displaySymbol]: () => (metadata === undefined ? data : { data, metadata }) };
}

function tag(mime: string): standIns.DenoTag {
  return (strings, ...values) => {
    let text = strings[0] ?? '';
    for (let at = 0; at < values.length; at++) text += `${String(values[at])}${strings[at + 1]}`;
    return selfShowing({ [mime]: text });
  };
}
