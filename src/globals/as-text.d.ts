// `import text from './file?text'` gives what stands in the file; the bundler and jest's transform see to it.
declare module '*?text' {
  const text: string;
  export default text;
}
