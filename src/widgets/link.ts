// Fields of two widgets that follow each other.
import { Silent } from '../display/symbols';
import type { Globals } from '../globals';
import type { tskernel } from '../globals/widgets';
import { DirectionalLink, Link } from './controls';
import type { WidgetHost } from './host';
import { classOf, type Widget } from './widget';

/** Ends a link. As the value of a cell it shows nothing. */
export class Unlink extends Silent implements ReturnType<Globals['link']> {
  readonly #stop: () => void;

  constructor(stop: () => void) {
    super();
    this.#stop = stop;
  }

  unlink(): void {
    this.#stop();
  }
}

type End = readonly [widget: Widget<Record<string, unknown>>, field: string];

export function linkFields(
  host: WidgetHost,
  source: End,
  target: End,
  options: tskernel.LinkOptions = {},
): Unlink {
  if (options.inPage) {
    const LinkClass = classOf(host, options.oneWay ? DirectionalLink : Link);
    const link = new LinkClass({ source: onWire(source), target: onWire(target) });
    return new Unlink(() => link.close());
  }
  const follow = ([from, fromField]: End, [to, toField]: End) => {
    let isFollowing = false;
    return from.observe(fromField, (value) => {
      // What the other side makes of the value comes back to it by its own link: once is enough.
      if (isFollowing || Object.is(to.get(toField), value)) return;
      isFollowing = true;
      try {
        to.set(toField, value);
      } finally {
        isFollowing = false;
      }
    });
  };
  target[0].set(target[1], source[0].get(source[1]));
  const observations = [follow(source, target)];
  if (!options.oneWay) observations.push(follow(target, source));
  return new Unlink(() => {
    for (const observation of observations) observation.stop();
  });
}

function onWire([widget, field]: End): readonly [object, string] {
  return [widget, field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}
