// complete, inspect and is_complete: questions about source text (messaging spec: Completion,
// Introspection, Code completeness). Answered while a cell runs.
import type { Engine } from '../../src';
import { toCodePoints, toUtf16 } from '../positions';
import type { Handlers } from '../requests';

export function languageHandlers(
  engine: Engine,
): Pick<Handlers, 'complete_request' | 'inspect_request' | 'is_complete_request'> {
  return {
    async complete_request({ code, cursor_pos }) {
      const completions = await engine.complete(code, toUtf16(code, cursor_pos));
      const start = toCodePoints(code, completions.start);
      const end = toCodePoints(code, completions.end);
      return {
        status: 'ok',
        matches: completions.items.map(({ text }) => text),
        cursor_start: start,
        cursor_end: end,
        metadata: {
          _jupyter_types_experimental: completions.items.map(({ text, kind, signature }) => ({
            text,
            type: kind,
            start,
            end,
            signature,
          })),
        },
      };
    },

    async inspect_request({ code, cursor_pos, detail_level }) {
      const data = await engine.inspect(code, toUtf16(code, cursor_pos), detail_level);
      return { status: 'ok', found: data !== undefined, data: data ?? {}, metadata: {} };
    },

    async is_complete_request({ code }) {
      const { status, indent } = await engine.checkCompleteness(code);
      return status === 'incomplete' ? { status, indent: indent ?? '' } : { status };
    },
  };
}
