export const fromDirectory: string = 'index of a directory';
