import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { temporaryDir } from './bot.ts';
import { attempt, run } from './commands.ts';

const project = join(import.meta.dirname, '../..');

const resource = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
export type Resource = z.infer<typeof resource>;

export function resourcesIn(yaml: string): readonly Resource[] {
  return parseAllDocuments(yaml).map((document) => resource.parse(document.toJS()));
}

/** What kustomize makes of the base, or of an overlay over it. */
export async function kustomized(folder = join(project, 'manifests/kubernetes')): Promise<readonly Resource[]> {
  return resourcesIn(await run('kubectl', ['kustomize', folder]));
}

/** Where the types of an API group are; Kubernetes' own for all but the operator's. */
function moduleOf({ apiVersion }: Resource): string {
  return apiVersion.startsWith('monitoring.coreos.com/')
    ? `@kubernetes-models/prometheus-operator/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;
}

/** Both sets of types are made of the API's own descriptions: fields that it does not know are errors, as are wrong types. */
export async function problemsOf(resources: readonly Resource[]): Promise<readonly string[]> {
  const folder = temporaryDir();
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const lines = resources.map((one, at) => {
    const type = `import('${moduleOf(one)}').I${one.kind}`;
    return `export const resource${at}: ${type} = ${JSON.stringify(one)};`;
  });
  writeFileSync(join(folder, 'resources.ts'), lines.join('\n'));
  const options = { module: 'nodenext', target: 'es2024', strict: true, noEmit: true, skipLibCheck: true, types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['resources.ts'] }));
  const { code, out } = await attempt(join(project, 'node_modules/.bin/tsc'), [
    '--project',
    folder,
    '--pretty',
    'false',
  ]);
  const ofTypes = code === 0 ? [] : out.split('\n').filter((line) => /error TS/.test(line));
  const ofValues = await Promise.all(resources.map(valueProblemsOf));
  return [...ofTypes, ...ofValues.flat()];
}

type Model = new (data: Resource) => { validate(): void };

/** What types can't say: patterns, formats and what has to be there. */
async function valueProblemsOf(one: Resource): Promise<readonly string[]> {
  const models = (await import(moduleOf(one))) as Readonly<Record<string, Model | undefined>>;
  const Known = models[one.kind];
  if (Known === undefined) return [`${one.apiVersion} has no ${one.kind}`];
  try {
    new Known(one).validate();
    return [];
  } catch (error) {
    return [`${one.kind} ${one.metadata.name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
