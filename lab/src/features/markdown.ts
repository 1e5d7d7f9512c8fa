// Documentation as JupyterLab shows markdown.
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Hover, MarkupContent } from 'vscode-languageserver-protocol';

export interface Rendered {
  readonly dom: HTMLElement;
  dispose(): void;
}

const type = 'text/markdown';

/** Renders a text, sanitised. */
export async function renderMarkdown(rendermime: IRenderMimeRegistry, text: string): Promise<Rendered> {
  const renderer = rendermime.createRenderer(type);
  await renderer.renderModel(rendermime.createModel({ data: { [type]: text }, trusted: false }));
  renderer.addClass('tsk-Markdown');
  return { dom: renderer.node, dispose: () => renderer.dispose() };
}

/** What a server says, as markdown. */
export function markdownOf(contents: Hover['contents']): string {
  if (Array.isArray(contents)) return contents.map(markdownOf).join('\n\n');
  if (typeof contents === 'string') return contents;
  if ('language' in contents) return `\`\`\`${contents.language}\n${contents.value}\n\`\`\``;
  return contents.kind === 'markdown' ? contents.value : escaped(contents.value);
}

export const markdownOfText = (text: string | MarkupContent | undefined): string =>
  text === undefined ? '' : markdownOf(typeof text === 'string' ? { kind: 'plaintext', value: text } : text);

const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+\-.!|]/g, '\\$&');
