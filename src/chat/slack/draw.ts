import { z } from 'zod';
import type { Painter, Picture } from '../../core/chart.ts';
import { UpstreamError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { Mention } from '../../core/mention.ts';
import type { Block, Reply } from '../../core/reply.ts';
import { paintAll } from '../paint-all.ts';
import type { Api } from './api.ts';
import { renderSlack, type SlackMessage } from './render.ts';

export type Draw = (reply: Reply, signal: AbortSignal, mentions?: readonly Mention[]) => Promise<SlackMessage>;

const placeSchema = z.object({ upload_url: z.url({ protocol: /^https?$/ }), file_id: z.string().min(1) });

/**
 * Makes messages of replies, their charts as pictures: a file that is in no channel, which the message shows. A picture that Slack
 * does not take is said in words.
 */
export function createDraw(painter: Painter, api: Api, log: Log): Draw {
  /** Gives the id of the file. Throws `UpstreamError`. */
  async function upload({ png, alt }: Picture, signal: AbortSignal): Promise<string> {
    const what = 'a picture';
    const args = { filename: 'chart.png', length: png.length, alt_txt: alt.slice(0, longestAlt).toWellFormed() };
    const asked = { method: 'files.getUploadURLExternal', what, args };
    const { upload_url: url, file_id: id } = await api.call(asked, placeSchema, signal);
    await api.upload(url, png, signal);
    const done = { method: 'files.completeUploadExternal', what, args: { files: [{ id, title: 'chart' }] } };
    await api.call(done, z.unknown(), signal);
    return id;
  }

  return async (reply, signal, mentions = []) => {
    const images = new Map<Block, string>();
    for (const { block, picture } of await paintAll(painter, reply, log, signal)) {
      try {
        images.set(block, await upload(picture, signal));
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        log.warn('Slack took no picture', { error });
      }
    }
    return renderSlack(reply, images, mentions);
  };
}

const longestAlt = 1_000;
