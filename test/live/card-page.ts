import { z } from 'zod';

/** Pages that show what was sent as Slack and Discord show it: near enough to see what people see, and made of nothing but the payload. */

const text = z.object({ text: z.string() });
const slackBlock = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), text }),
  z.object({
    type: z.literal('rich_text'),
    elements: z.array(
      z.object({
        type: z.enum(['rich_text_section', 'rich_text_preformatted']),
        elements: z.array(
          z.looseObject({
            text: z.string().default(''),
            style: z.object({ bold: z.boolean().default(false) }).optional(),
          }),
        ),
      }),
    ),
  }),
  z.object({ type: z.literal('image'), slack_file: z.object({ id: z.string() }), alt_text: z.string() }),
  z.object({ type: z.literal('actions'), elements: z.array(z.object({ text, style: z.string().default('') })) }),
  z.object({ type: z.literal('context'), elements: z.array(text) }),
]);
const embed = z.object({
  title: z.string().default(''),
  color: z.number().default(0),
  description: z.string().default(''),
  fields: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  image: z.object({ url: z.string() }).optional(),
  footer: z.object({ text: z.string() }).optional(),
});
const row = z.object({ components: z.array(z.object({ label: z.string(), style: z.number() })) });

/** A message of Slack; `fileOf` gives the bytes of a file. */
export function slackPage(blocks: unknown, fileOf: (id: string) => Uint8Array): string {
  const parts = z
    .array(slackBlock)
    .parse(blocks)
    .map((block) => slackPart(block, fileOf));
  return page(`<main class="slack"><b>SmartCloudOps</b> <span class="app">APP</span>${parts.join('')}</main>`);
}

function slackPart(block: z.infer<typeof slackBlock>, fileOf: (id: string) => Uint8Array): string {
  switch (block.type) {
    case 'header':
      return `<h1>${escaped(block.text.text)}</h1>`;
    case 'rich_text':
      return block.elements
        .map(({ type, elements }) => {
          const words = elements
            .map((one) => (one.style?.bold ? `<b>${escaped(one.text)}</b>` : escaped(one.text)))
            .join('');
          return type === 'rich_text_section' ? `<p>${words}</p>` : `<pre>${words}</pre>`;
        })
        .join('');
    case 'image':
      return pictureOf(fileOf(block.slack_file.id), block.alt_text);
    case 'actions': {
      const buttons = block.elements.map((one) => `<button class="${one.style}">${escaped(one.text.text)}</button>`);
      return `<div class="row">${buttons.join('')}</div>`;
    }
    case 'context':
      return `<small>${block.elements.map((one) => escaped(one.text)).join(' ')}</small>`;
  }
}

/** A message of Discord with its pictures. */
export function discordPage(
  embeds: unknown,
  components: unknown,
  pictures: readonly { readonly alt: string; readonly bytes: Uint8Array }[],
): string {
  const cards = z
    .array(embed)
    .parse(embeds)
    .map(({ title, color, description, fields, image, footer }) => {
      const [picture] = image === undefined ? [] : pictures;
      return `<section style="border-color:#${color.toString(16).padStart(6, '0')}">
      ${title === '' ? '' : `<h1>${plain(title)}</h1>`}
      ${description
        .split('```')
        .map((part, at) =>
          at % 2 === 1 ? `<pre>${escaped(part.trim())}</pre>` : part.trim() === '' ? '' : `<p>${plain(part)}</p>`,
        )
        .join('')}
      <dl>${fields.map(({ name, value }) => `<div><dt>${plain(name)}</dt><dd>${plain(value)}</dd></div>`).join('')}</dl>
      ${picture === undefined ? '' : pictureOf(picture.bytes, picture.alt)}
      ${footer === undefined ? '' : `<small>${escaped(footer.text)}</small>`}
    </section>`;
    });
  const rows = z
    .array(row)
    .parse(components)
    .map(
      ({ components: buttons }) =>
        `<div class="row">${buttons.map(({ label, style }) => `<button class="${style === 3 ? 'primary' : ''}">${escaped(label)}</button>`).join('')}</div>`,
    );
  return page(
    `<main class="discord"><b>SmartCloudOps</b> <span class="app">APP</span>${cards.join('')}${rows.join('')}</main>`,
  );
}

/** Discord's markdown of what is escaped. */
const plain = (words: string): string => escaped(words.replaceAll(/\\(.)/g, '$1'));

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function pictureOf(bytes: Uint8Array, alt: string): string {
  return `<img alt="${escaped(alt).replaceAll('"', '&quot;')}" src="data:image/png;base64,${Buffer.from(bytes).toString('base64')}">`;
}

function page(body: string): string {
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; font: 15px/1.45 Lato, Inter, 'Liberation Sans', sans-serif; }
    main { width: 600px; padding: 16px; } h1 { font-size: 18px; margin: 6px 0; } p { margin: 4px 0; white-space: pre-wrap; }
    pre { font: 12px/1.4 monospace; padding: 8px; border-radius: 4px; margin: 6px 0; } img { max-width: 100%; border-radius: 6px; display: block; margin: 6px 0; }
    .row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; } button { font: bold 13px sans-serif; padding: 6px 12px; border-radius: 4px; }
    small { display: block; opacity: .7; } .app { font-size: 10px; padding: 1px 4px; border-radius: 3px; background: #8884; } dl { display: flex; gap: 24px; margin: 6px 0; }
    dt { font-weight: bold; } dd { margin: 0; }
    .slack { background: #fff; color: #1d1c1d; } .slack pre { background: #f4f4f4; border: 1px solid #ddd; } .slack button { background: #fff; border: 1px solid #bbb; }
    .slack .primary { background: #007a5a; color: #fff; border-color: #007a5a; }
    .discord { background: #313338; color: #dbdee1; } .discord section { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 8px 14px; margin: 6px 0; }
    .discord pre { background: #1e1f22; } .discord button { background: #4e5058; color: #fff; border: 0; } .discord .primary { background: #248046; }
  </style>${body}`;
}
