// A plugin for esbuild: ZeroMQ in a bundle still finds its addon where npm has put it.

export const addonInPlace = {
  name: 'addon-in-place',
  setup(build) {
    build.onLoad({ filter: /node_modules[\\/]zeromq[\\/]lib[\\/]load-addon\.js$/ }, ({ path }) => ({
      contents: `
        import { loadAddon } from 'cmake-ts/build/loader';
        import { dirname, join } from 'node:path';
        export default loadAddon(join(dirname(require.resolve('zeromq/package.json')), 'build'));`,
      resolveDir: path.slice(0, path.lastIndexOf('lib')),
    }));
  },
};
