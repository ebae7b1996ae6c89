import type { Painter } from '../../core/chart.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Reply } from '../../core/reply.ts';
import { paintAll } from '../paint-all.ts';
import { type DiscordMessage, renderDiscord } from './render.ts';
import type { File } from './rest.ts';

/** A message with what goes with it. `attachments` names all of them: those of an earlier version of the message are gone. */
export type Drawn = {
  readonly body: DiscordMessage & { readonly attachments: readonly Attachment[] };
  readonly files: readonly File[];
  /** The same message with words in the place of its pictures. */
  readonly plain: Drawn['body'];
};

type Attachment = { readonly id: number; readonly filename: string; readonly description: string };

/**
 * Sends a message; one that is refused with its pictures, for which a channel has a permission of its own, without them.
 * Throws what `send` throws.
 */
export async function sendDrawn<Answer>(
  { body, files, plain }: Drawn,
  send: (part: Pick<Drawn, 'body' | 'files'>) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send({ body, files });
  } catch (error) {
    if (files.length === 0 || !(error instanceof UpstreamError) || error.retryable) throw error;
    return send({ body: plain, files: [] });
  }
}

export type Draw = (reply: Reply, ref: string | null, signal: AbortSignal) => Promise<Drawn>;

/** Discord takes so much as the words for those who don't see a picture. */
const longestAlt = 1_024;

/** Makes messages of replies, their charts as pictures. */
export function createDraw(painter: Painter, log: Log): Draw {
  return async (reply, ref, signal) => {
    const painted = await paintAll(painter, reply, log, signal);
    const named = painted.map((one, id) => ({ ...one, id, filename: `chart-${id + 1}.png` }));
    const images = new Map(named.map(({ block, filename }) => [block, filename]));
    const message = renderDiscord(reply, ref, images);
    const shown = named.filter(({ filename }) => JSON.stringify(message.embeds).includes(`attachment://${filename}`));
    return {
      body: {
        ...message,
        attachments: shown.map(({ id, filename, picture }) => ({
          ...{ id, filename },
          description: picture.alt.slice(0, longestAlt).toWellFormed(),
        })),
      },
      plain: { ...renderDiscord(reply, ref), attachments: [] },
      files: shown.map(({ id, filename, picture }) => ({ key: `files[${id}]`, name: filename, data: picture.png })),
    };
  };
}
