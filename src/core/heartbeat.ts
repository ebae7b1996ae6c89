/** When somebody outside was last told that the bot is well, epoch ms, and why not since; null when all is well. */
export type HeartbeatState = { readonly last: number | null; readonly because: string | null };

export type Heartbeat = {
  /** Called after each tick; tells somebody outside when it is time and all is well. Never throws. */
  beat(): Promise<void>;
  state(): HeartbeatState;
};
