export const h = (tag: string, _props: object | null, ...children: string[]) =>
  `<${tag}>${children.join('')}</${tag}>`;
export const view = (name: string): string => <b>{name}</b>;
