// The module of tslab. The package itself needs tslab's own process; in a cell this one is taken even where it is installed.
import type { standIns } from '../globals/standins';
import type { Kernel } from './kernel';

const kinds = {
  javascript: 'text/javascript',
  html: 'text/html',
  markdown: 'text/markdown',
  latex: 'text/latex',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  pdf: 'application/pdf',
  text: 'text/plain',
} as const;

export function createTslab({ display }: Kernel): standIns.Tslab {
  /** @param show shows a bundle */
  const withKinds = (show: (bundle: standIns.Bundle) => void): standIns.TslabDisplay => {
    const ofKind = Object.entries(kinds).map(([name, mime]) => [
      name,
      (content: unknown) => show({ [mime]: content }),
    ]);
    const raw: standIns.TslabDisplay['raw'] = (mime, content) => show({ [mime]: content });
    return { ...(Object.fromEntries(ofKind) as Omit<standIns.TslabDisplay, 'raw'>), raw };
  };
  return {
    display: withKinds((bundle) => void display.mime(bundle)),
    newDisplay() {
      let place: ReturnType<typeof display.mime> | undefined;
      return withKinds((bundle) => {
        if (place) place.update(bundle);
        else place = display.mime(bundle);
      });
    },
    versions: { tslab: 'tskernel', typescript: '', node: process.version },
  };
}
