import type { Painter } from '../../core/chart.ts';
import type { Log } from '../../core/log.ts';
import type { Reply } from '../../core/reply.ts';
import { paintAll } from '../paint-all.ts';
import { type DiscordMessage, renderDiscord } from './render.ts';
import type { File } from './rest.ts';

/** A message with what goes with it. `attachments` names all of them: those of an earlier version of the message are gone. */
export type Drawn = {
  readonly body: DiscordMessage & { readonly attachments: readonly Attachment[] };
  readonly files: readonly File[];
};

type Attachment = { readonly id: number; readonly filename: string; readonly description: string };

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
      files: shown.map(({ id, filename, picture }) => ({ key: `files[${id}]`, name: filename, data: picture.png })),
    };
  };
}
