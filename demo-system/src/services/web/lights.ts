// The traffic lights (신호등) of the public page: how free each channel is, told by its shape as well as its colour.
import type { Bilingual } from '@narrows/contract';

export type PublicLight = 'fine' | 'busy' | 'stuck';
export interface ChannelLoad { id: string; name: Bilingual; load: number; queue: number; failing: number }
export interface ChannelLight { id: string; name: Bilingual; light: PublicLight }

const BUSY_FROM_LOAD = 0.75;
const STUCK_FROM_FAILING = 0.25;

/** Stuck: people stand in line with every worker busy, or a good part of verifications fails. */
export function lightOf(channel: Pick<ChannelLoad, 'load' | 'queue' | 'failing'>): PublicLight {
  if (channel.failing >= STUCK_FROM_FAILING || (channel.load >= 1 && channel.queue > 0)) return 'stuck';
  return channel.load >= BUSY_FROM_LOAD ? 'busy' : 'fine';
}

/** Channels with their lights, those in trouble moved down the list. */
export function rankChannels(channels: readonly ChannelLoad[]): ChannelLight[] {
  const rank: Readonly<Record<PublicLight, number>> = { fine: 0, busy: 1, stuck: 2 };
  return channels.map((channel) => ({ id: channel.id, name: channel.name, light: lightOf(channel) })).toSorted((a, b) => rank[a.light] - rank[b.light]);
}
