// Commands that people write as in a terminal, or as magics of other kernels, and what is written here.
// Rule: asked only about what is neither TypeScript nor a magic.

const installing =
  /^(?:npm|yarn|pnpm|bun|deno|pip3?|conda|mamba|poetry|pipenv|uv(?: +pip)?|python3? +-m +pip) +(?:install|i|add)\b *(.*)$/;
const running =
  /^(?:ls|ll|cat|less|head|tail|grep|find|mkdir|rmdir|rm|cp|mv|touch|chmod|chown|ln|tar|unzip|wget|curl|git|docker|kubectl|make|sudo|apt|apt-get|brew|node|npx|tsx|tsc|ts-node|deno|bun|yarn|pnpm|npm|python3?|pip3?|conda|java|go|cargo|which|whoami|uname|ps|kill|df|du|ssh|scp|psql|sqlite3|ffmpeg)(?: +(?:[\w"'*$~]|--?\w|\/\w|\.{1,2}(?:\/|$)).*)?$/;

/** Commands that nobody takes for the name of a variable. */
const unmistakable =
  /^(?:ls|ll|pwd|cd|npm|npx|pip3?|conda|git|whoami|uname|mkdir|rmdir|yarn|pnpm|docker|kubectl|curl|wget|sudo)(?: +[\w~./*-]+)*$/;

/**
 * @param command as in a terminal
 * @returns what to write instead; undefined for what is no known command
 */
export function commandHere(command: string): string | undefined {
  const [, packages] = installing.exec(command) ?? [];
  if (packages !== undefined) {
    // A list of packages in a file is one of another language's.
    const names = / -r\b/.test(command) ? [] : packages.split(/ +/).filter((word) => !word.startsWith('-'));
    return `Write %npm install ${names.join(' ') || '…'}`;
  }
  const [, place] = /^cd(?: +(\S+))?$/.exec(command) ?? [];
  if (place !== undefined || command === 'cd') return `Write %cd${place ? ` ${place}` : ''}`;
  if (command === 'pwd') return 'Write %pwd';
  const [, variable] = /^(?:export|setx?) +(\w+=.*)$/.exec(command) ?? [];
  if (variable !== undefined) return `Write %env ${variable}`;
  return running.test(command) ? `To run a program, write !${command}` : undefined;
}

/** The same of a line that could be TypeScript. */
export const commandLineHere = (line: string): string | undefined =>
  unmistakable.test(line) ? commandHere(line) : undefined;
