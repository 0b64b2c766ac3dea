import type { TrackId } from "./TrackId";
export type Levels = { tracks: Array<TrackId>, peaks: Array<number>, left: number, right: number, };
