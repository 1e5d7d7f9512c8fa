// Files as the language server names them, by their addresses on the kernel's machine, and as JupyterLab does, by paths in its root.
// Rule: a file that the Jupyter server does not show has no path; who asks says so to the person.
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { PageConfig, PathExt } from '@jupyterlab/coreutils';
import type { NotebookServer } from '../notebook-server';

/** What JupyterLab's editor for texts shows. */
export interface TextContent {
  readonly editor: CodeMirrorEditor;
}

/** JupyterLab's path of a file; nothing for one outside of its root. */
export function pathOf(server: NotebookServer, uri: string): string | undefined {
  const root = rootOf(server);
  const file = fileOf(uri);
  if (root === undefined || file === undefined) return undefined;
  const base = root.endsWith('/') ? root : `${root}/`;
  if (!file.startsWith(base)) return undefined;
  const drive = server.panel.context.path.match(/^[^/:]+:/)?.[0] ?? '';
  return drive + file.slice(base.length);
}

/** The file of an address, with slashes; nothing for another kind of address. */
export const fileOf = (uri: string): string | undefined =>
  uri.startsWith('file://')
    ? decodeURIComponent(uri.slice('file://'.length)).replace(/^\/(?=[A-Za-z]:)/, '')
    : undefined;

/** A file as a person knows it: from the root, or from the last `node_modules`, or the name alone. */
export function nameOf(server: NotebookServer, uri: string): string {
  const path = pathOf(server, uri);
  if (path !== undefined) return path;
  const file = fileOf(uri) ?? uri;
  const library = file.lastIndexOf('/node_modules/');
  return library >= 0 ? file.slice(library + '/node_modules/'.length) : file;
}

/** Whether a file is a package's, which nobody edits. */
export const isLibrary = (uri: string): boolean => /\/node_modules\/|\/lib\.[\w.]*d\.ts$/.test(uri);

/** Where JupyterLab's root is on the kernel's machine, with slashes, as far as one can tell. */
function rootOf(server: NotebookServer): string | undefined {
  // The kernel works where its notebook is, which JupyterLab knows from its root on.
  const directory = fileOf(directoryOf(server) ?? '');
  const local = PathExt.dirname(server.panel.context.localPath);
  if (directory !== undefined) {
    if (!local) return directory;
    if (directory.endsWith(`/${local}`)) return directory.slice(0, -local.length - 1) || '/';
  }
  const told = PageConfig.getOption('serverRoot').replace(/\\/g, '/');
  return told && !told.startsWith('~') ? told : undefined;
}

/** The directory in which the server looks for what the notebook imports. */
const directoryOf = ({ capabilities }: NotebookServer): string | undefined =>
  (capabilities?.experimental as { readonly directory?: string } | undefined)?.directory;
