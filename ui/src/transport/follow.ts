// Whether a view turns by itself while it plays.

import { taste } from "../app/taste.svelte";
import { transport } from "./transport.svelte";

export const following = () => taste.follow && !transport.away;

/** Follows or not; who looks elsewhere is brought back first. */
export function toggleFollow() {
  if (!taste.follow || !transport.away) taste.follow = !taste.follow;
  transport.away = false;
  taste.keep();
}
