import { objectOf } from './discord-checks.ts';
import type { EmulatedPicture } from './discord-state.ts';

/** What was sent along with a body: its place in the form, its name and its bytes. */
export type SentFile = { readonly id: number; readonly name: string; readonly bytes: Buffer };

const filesOfBody = new WeakMap<object, readonly SentFile[]>();

export function filesOf(body: unknown): readonly SentFile[] {
  return typeof body === 'object' && body !== null ? (filesOfBody.get(body) ?? []) : [];
}

/** Reads a body as Discord does: JSON, or a form with `payload_json` and files. */
export async function readBody(bytes: Buffer, contentType: string): Promise<unknown> {
  if (bytes.length === 0) return undefined;
  if (!contentType.startsWith('multipart/form-data')) return JSON.parse(bytes.toString('utf8'));
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  const body = objectOf(JSON.parse(String(form.get('payload_json') ?? '{}')));
  const files: SentFile[] = [];
  for (const [key, value] of form) {
    const id = /^files\[(\d+)\]$/.exec(key)?.[1];
    if (id === undefined || typeof value === 'string') continue;
    files.push({ id: Number(id), name: value.name, bytes: Buffer.from(await value.arrayBuffer()) });
  }
  filesOfBody.set(body, files);
  return body;
}

/** What Discord refuses of a message's files: each is named once and sent, and an embed shows only what is named. */
export function fileProblems(body: unknown): readonly string[] {
  const files = filesOf(body);
  const { attachments, embeds } = objectOf(body);
  const named = (Array.isArray(attachments) ? attachments : []).map(objectOf);
  const shown = (Array.isArray(embeds) ? embeds : []).flatMap((embed) => objectOf(objectOf(embed).image).url ?? []);
  return [
    ...named.flatMap(({ id, filename, description }, at) => [
      ...(files.some((file) => file.id === Number(id) && file.name === filename)
        ? []
        : [`attachments[${at}].id: Unknown attachment`]),
      ...(typeof description === 'string' && description.length > 1_024
        ? [`attachments[${at}].description: Must be 1024 or fewer in length.`]
        : []),
    ]),
    ...shown.flatMap((url) =>
      named.some(({ filename }) => url === `attachment://${filename}`) ? [] : [`embeds: ${url} is no attachment`],
    ),
    ...files.flatMap(({ name, bytes }) =>
      bytes.subarray(0, 8).equals(pngSignature) ? [] : [`${name} is no PNG, and nothing else is sent here`],
    ),
  ];
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What people see of a message's files: the words and the bytes of each. */
export function picturesOf(body: unknown): readonly EmulatedPicture[] {
  const { attachments } = objectOf(body);
  return (Array.isArray(attachments) ? attachments : []).map(objectOf).flatMap(({ id, description }) => {
    const file = filesOf(body).find((one) => one.id === Number(id));
    return file === undefined ? [] : [{ alt: String(description ?? ''), bytes: file.bytes }];
  });
}
