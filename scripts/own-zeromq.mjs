// ZeroMQ's addon as the build has it: one for each platform, in dist/zeromq. The package has several for each, and what builds them.
// Rule: what the build contains asks for nothing that npm would have to install.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const from = 'node_modules/zeromq/build';
const to = 'dist/zeromq';

/** A plugin for esbuild. On a platform for which there is no addon, that of a package `zeromq` that somebody has installed is taken. */
export const ownZeromq = {
  name: 'own-zeromq',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/]zeromq[\\/]lib[\\/]load-addon\.js$/ }, ({ path }) => ({
      contents: `
        import { loadAddon } from 'cmake-ts/build/loader';
        import { dirname, join } from 'node:path';
        function load() {
          try {
            return loadAddon(join(__dirname, 'zeromq'));
          } catch (error) {
            let installed;
            try {
              installed = require.resolve('zeromq/package.json');
            } catch {
              throw error;
            }
            return loadAddon(join(dirname(installed), 'build'));
          }
        }
        export default load();`,
      resolveDir: path.slice(0, path.lastIndexOf('lib')),
    }));
  },
};

/** Of the addons for each platform the one that the loader would take: that of the newest Node, since they are of Node-API. */
export function copyAddons() {
  const newest = new Map();
  for (const [key, path] of Object.entries(JSON.parse(readFileSync(`${from}/manifest.json`, 'utf8')))) {
    const { os, arch, libc, abi } = JSON.parse(key);
    const platform = `${os}-${arch}-${libc}`;
    if (abi > (newest.get(platform)?.abi ?? 0)) newest.set(platform, { key, path, abi });
  }
  const manifest = {};
  for (const [platform, { key, path }] of newest) {
    const file = `${platform}/addon.node`;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, path.replaceAll('\\', '/')), join(to, file));
    manifest[key] = file;
  }
  writeFileSync(`${to}/manifest.json`, JSON.stringify(manifest, null, 2));
  for (const file of readdirSync('python/licenses')) copyFileSync(`python/licenses/${file}`, `${to}/${file}`);
}
