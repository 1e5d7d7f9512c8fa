// The bill of materials of the kernel, in CycloneDX: what a release contains of other people's, from the lock file.
// Usage: node scripts/sbom.mjs [linux-x64], after a build: for npm's package, or for the wheel of a platform.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param platform leaves out the binaries of all others */
export function describeMaterials(platform) {
  const { components, dependencies, serialNumber, metadata, ...head } = readLock(root);
  const lab = readLock(join(root, 'lab'));
  // Packages for development, some of which are in the bundles.
  const bundled = readFileSync(join(root, 'dist/THIRD-PARTY.txt'), 'utf8').match(/^\S+ \d\S*(?=: )/gm);
  const isBundled = ({ name, version }) => bundled.includes(`${name} ${version}`);
  const isThere = (part) =>
    (isBundled(part) || !part.properties.some(isForDevelopment)) &&
    !(platform && isForAnother(part.name, platform));
  const kept = components.filter(isThere);
  const own = new Set(kept.map((part) => part['bom-ref']));
  kept.push(...lab.components.filter((part) => isBundled(part) && !own.has(part['bom-ref'])));
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const component = { ...metadata.component, name };
  const known = new Set([`${name}@${version}`, ...kept.map((one) => one['bom-ref'])]);
  return {
    ...head,
    // Without number and time: the same release has the same text.
    metadata: { component },
    components: kept,
    dependencies: [...dependencies, ...lab.dependencies.filter(({ ref }) => !own.has(ref))]
      .filter(({ ref }) => known.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => known.has(other)) })),
  };
}

/** What npm says of the packages of a folder, by its lock file. */
function readLock(folder) {
  const text = execFileSync('npm', ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    shell: process.platform === 'win32',
  });
  return JSON.parse(text);
}

const isForDevelopment = ({ name }) => name === 'cdx:npm:package:development';

const isForAnother = (name, platform) =>
  name === 'fsevents' || (name.startsWith('@esbuild/') && name !== `@esbuild/${platform}`);

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(JSON.stringify(describeMaterials(process.argv[2]), null, 2));
