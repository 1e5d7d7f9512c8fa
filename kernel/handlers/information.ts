// kernel_info_request and connect_request: who we are and where we listen (messaging spec: Kernel info, Connect).
import { dependencies, version } from '../../package.json';
import type { Ports as ChannelPorts } from '../connection';
import type { KernelInfo } from '../messages';
import type { Handlers } from '../requests';
import { protocolVersion } from '../wire';

/** The compiler is pinned to one version, and it must not be loaded here to be asked. */
const typescriptVersion = dependencies.typescript;

const info: KernelInfo = {
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
  supported_features: ['kernel subshells'],
};

export function informationHandlers(
  ports: ChannelPorts,
): Pick<Handlers, 'kernel_info_request' | 'connect_request'> {
  return {
    kernel_info_request: () => info,
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
