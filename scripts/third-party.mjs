// The licences of the packages that a bundle has taken code from, as one text.
import { readdirSync, readFileSync } from 'node:fs';

/** @param metafiles what esbuild says of its bundles */
export function describeThirdParties(metafiles) {
  const files = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
    ),
  );
  const folders = new Set(
    files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file) ?? []),
  );
  return [...folders]
    .sort()
    .map(describePackage)
    .join(`\n${'-'.repeat(80)}\n\n`);
}

function describePackage(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|notice|thirdpartynotice)/i.test(file))
    .map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
  if (!license) throw new Error(`${folder} does not say under which license it is`);
  return [`${name} ${version}: ${license}\n`, ...texts.map((text) => `${text}\n`)].join('\n');
}
