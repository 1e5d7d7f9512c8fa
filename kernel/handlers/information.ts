// kernel_info_request and connect_request: who we are and where we listen (messaging spec: Kernel info, Connect).
import { devDependencies, version } from '../../package.json';
import type { Ports as ChannelPorts } from '../connection';
import type { KernelInfo } from '../messages';
import type { Handlers } from '../requests';
import { protocolVersion } from '../wire';

/** The compiler is pinned to one version, and it must not be loaded here to be asked. */
const typescriptVersion = devDependencies.typescript;

const info = {
  status: 'ok',
  protocol_version: protocolVersion,
  implementation: 'tskernel',
  implementation_version: version,
  language_info: {
    name: 'typescript',
    version: typescriptVersion,
    mimetype: 'application/typescript',
    file_extension: '.ts',
    pygments_lexer: 'typescript',
    codemirror_mode: 'typescript',
    nbconvert_exporter: 'script',
  },
  banner: `tskernel ${version}: TypeScript ${typescriptVersion} on Node.js ${process.versions.node}`,
  help_links: [
    { text: 'TypeScript Handbook', url: 'https://www.typescriptlang.org/docs/handbook/intro.html' },
    { text: 'Node.js documentation', url: 'https://nodejs.org/api/' },
    { text: 'MDN JavaScript reference', url: 'https://developer.mozilla.org/docs/Web/JavaScript/Reference' },
  ],
} as const;

export function informationHandlers(
  ports: ChannelPorts,
  hasDebugger: boolean,
): Pick<Handlers, 'kernel_info_request' | 'connect_request'> {
  const supported_features = ['kernel subshells', ...(hasDebugger ? (['debugger'] as const) : [])] as const;
  const answer: KernelInfo = { ...info, supported_features };
  return {
    kernel_info_request: () => answer,
    connect_request: () => ({
      status: 'ok',
      shell_port: ports.shell,
      iopub_port: ports.iopub,
      stdin_port: ports.stdin,
      control_port: ports.control,
      hb_port: ports.hb,
    }),
  };
}
