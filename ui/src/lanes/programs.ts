// Which instrument of a line plays when: a line is what one lane plays on one channel, each of its programs a track.

import type { TrackSummary } from "../bindings/TrackSummary";

/** A stretch that one track of the line plays, up to where the next begins. */
export interface Band {
  track: number;
  from: number;
  to: number;
}

/** The tracks of a track's line. */
export function lineOf(tracks: readonly TrackSummary[], track: number | null): TrackSummary[] {
  const own = tracks.find(({ id }) => id === track);
  return own ? tracks.filter(({ header }) => header.lane === own.header.lane && header.channel === own.header.channel) : [];
}

/** The stretches of a line up to `end`, from the onsets of its tracks. A line without notes is one stretch of its first. */
export function bands(line: readonly { track: number; starts: ArrayLike<number> }[], end: number): Band[] {
  if (!line.length) return [];
  if (line.length === 1) return [{ track: line[0].track, from: 0, to: end }];
  const onsets = line.flatMap(({ track, starts }) => Array.from(starts, (tick) => ({ track, tick }))).sort((one, other) => one.tick - other.tick);
  const turns = onsets.filter(({ track }, at) => track !== onsets[at - 1]?.track);
  if (!turns.length) return [{ track: line[0].track, from: 0, to: end }];
  return turns.map(({ track, tick }, at) => ({ track, from: at ? tick : 0, to: turns[at + 1]?.tick ?? Math.max(end, tick + 1) }));
}
