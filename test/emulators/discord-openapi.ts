import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

/** Where the platforms' published schemas are looked for; the file is discord/discord-api-spec's `specs/openapi.json`. */
export const schemaFile = join(process.env.SCHEMAS_DIR ?? '.schemas', 'discord-openapi.json');

export const howToGetTheSchema = `${schemaFile} is missing: save https://raw.githubusercontent.com/discord/discord-api-spec/main/specs/openapi.json there, or say where it is with SCHEMAS_DIR`;

/** What a request body breaks of Discord's own description of its API: a line each, empty when it is sound. */
export type DiscordSchema = (method: string, path: string, body: unknown) => readonly string[];

type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly requestBody?: unknown }>>>>;
};

let opened: DiscordSchema | null | undefined;

/** Null when the schema is not on this machine. Read once a process; a path is compiled when it is first needed. */
export function openDiscordSchema(): DiscordSchema | null {
  opened ??= existsSync(schemaFile) ? compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as OpenApi) : null;
  return opened;
}

function compile(api: OpenApi): DiscordSchema {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, validateSchema: false, allErrors: true });
  ajv.addSchema(api, 'discord');
  const templates = Object.keys(api.paths).map((template) => ({ template, pattern: patternOf(template) }));
  return (method, path, body) => {
    // A literal path fits better than one with a parameter: fewer parameters first.
    const fitting = templates.filter(({ pattern }) => pattern.test(path)).map(({ template }) => template);
    const [template] = fitting.sort((a, b) => a.split('{').length - b.split('{').length);
    if (template === undefined) return [`Discord has no path ${path}`];
    const operation = api.paths[template]?.[method.toLowerCase()];
    if (operation === undefined) return [`Discord has no ${method} ${template}`];
    if (operation.requestBody === undefined) return body === undefined ? [] : [`${method} ${template} takes no body`];
    const pointer = ['paths', template, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema'];
    const $ref = `discord#/${pointer.map((word) => encodeURIComponent(word.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = ajv.getSchema($ref) ?? ajv.compile({ $ref });
    if (validate(body)) return [];
    return (validate.errors ?? []).map((error) => `${method} ${template}${error.instancePath}: ${error.message}`);
  };
}

function patternOf(template: string): RegExp {
  const pieces = template.split(/\{[^}]+\}/).map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pieces.join('[^/]+')}$`);
}
