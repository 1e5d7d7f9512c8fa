// What a person sets in JupyterLab's settings editor, as it is now.
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

/** As in the schema, which has the defaults. */
export interface Values {
  readonly diagnostics: boolean;
  readonly hover: boolean;
  readonly parameterHelp: boolean;
  readonly formatOnSave: boolean;
}

const defaults: Values = {
  diagnostics: true,
  hover: true,
  parameterHelp: true,
  formatOnSave: false,
};

export class Settings {
  readonly changed = new Signal<this, void>(this);
  #values: Values = defaults;
  #settings: ISettingRegistry.ISettings | undefined;

  /** Follows the settings of a plugin. Without a registry the defaults hold. */
  async follow(registry: ISettingRegistry | null, plugin: string): Promise<void> {
    if (!registry) return;
    const settings = await registry.load(plugin);
    this.#settings = settings;
    const read = () => {
      this.#values = { ...defaults, ...(settings.composite as Partial<Values>) };
      this.changed.emit();
    };
    settings.changed.connect(read);
    read();
  }

  get values(): Values {
    return this.#values;
  }

  async set<Name extends keyof Values>(name: Name, value: Values[Name]): Promise<void> {
    await this.#settings?.set(name, value);
  }
}
