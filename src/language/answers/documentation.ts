// JSDoc as Markdown.
import ts from 'typescript';

/** A comment's text, its links made real. */
export function documentationText(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return linked(ts.displayPartsToString(parts && [...parts])).trim();
}

/** The tags of a comment: what is deprecated first, then parameters and the rest in their order, examples as code. */
export function bulletsOf(tags: readonly ts.JSDocTagInfo[] = []): string {
  const order = ({ name }: ts.JSDocTagInfo) => (name === 'deprecated' ? 0 : name === 'example' ? 2 : 1);
  return [...tags]
    .sort((a, b) => order(a) - order(b))
    .map((tag) => describeTag(tag))
    .filter(Boolean)
    .join('\n\n');
}

function describeTag({ name, text }: ts.JSDocTagInfo): string {
  const content = documentationText(text);
  switch (name) {
    case 'deprecated':
      return `**Deprecated**${content && ` — ${content}`}`;
    case 'example':
      return content.includes('```') ? content : `\`\`\`typescript\n${content}\n\`\`\``;
    case 'param':
    case 'template':
    case 'property':
    case 'typeParam': {
      const [, parameter = '', about = ''] = /^(\S*)[\s-]*(.*)$/s.exec(content) ?? [];
      return `*@${name}* \`${parameter}\`${about && ` — ${about}`}`;
    }
    case 'returns':
    case 'return':
      return `*@returns* ${content}`.trim();
    default:
      return `*@${name}* ${content}`.trim();
  }
}

// {@link target}, {@link target text} and {@link target|text}
function linked(text: string): string {
  return text.replace(
    /\{@link(?:code|plain)?\s+([^\s}|]+)(?:[\s|]+([^}]*))?\}/g,
    (_, target: string, label?: string) =>
      /^https?:/.test(target) ? `[${label?.trim() || target}](${target})` : `\`${label?.trim() || target}\``,
  );
}
