// placeholder until the tests write it
import type { Controller } from "./Controller";
import type { TrackId } from "./TrackId";
export type NewCurve = { track: TrackId, controller: Controller, from: number, to: number, ticks: Array<number>, values: Array<number> };
