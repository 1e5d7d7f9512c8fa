// Magics of other kernels, and what does the same here.

const notNeeded = 'Leave the line out: pictures, tables and charts are shown without it.';
const runs = (command: string) => `Write !${command}`;
const installs = (command: string) => {
  const packages = command.split(/ +/).slice(1);
  return `Write %npm install ${packages.filter((word) => !/^(?:-.*|install|add)$/.test(word)).join(' ') || '…'}`;
};

type Instead = string | ((command: string) => string);

const magics: { readonly [name: string]: Instead } = {
  pip: installs,
  pip3: installs,
  conda: installs,
  mamba: installs,
  uv: installs,
  yarn: installs,
  pnpm: installs,
  bun: installs,
  install: installs,
  add: installs,
  ls: runs,
  ll: (command) => runs(command.replace('ll', 'ls -l')),
  cat: runs,
  mkdir: runs,
  rmdir: runs,
  rm: runs,
  cp: runs,
  mv: runs,
  git: runs,
  node: runs,
  npx: runs,
  curl: runs,
  sx: (command) => runs(command.replace(/^sx */, '')),
  system: (command) => runs(command.replace(/^system */, '')),
  matplotlib: notNeeded,
  pylab: notNeeded,
  config: notNeeded,
  magic: 'Write %help',
  quickref: 'Write %help',
  js: 'Write %%javascript',
};

/** @param command the magic without its sign, with its arguments */
export function magicHere(command: string): string | undefined {
  const [name = ''] = /^\w+/.exec(command) ?? [];
  const instead = Object.hasOwn(magics, name) ? magics[name] : undefined;
  return typeof instead === 'function' ? instead(command) : instead;
}
