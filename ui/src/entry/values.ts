// Note values as they are chosen with digits: each is twice as long as the one before.

import { m } from "../paraglide/messages";

export interface Value {
  id: string;
  /** Its digit. */
  digit: string;
  quarters: number;
  name: () => string;
  /** What stands on its button: how many flags, whether there is a stem, whether the head is filled. */
  flags: number;
  stem: boolean;
  filled: boolean;
}

export const VALUES: readonly Value[] = [
  { id: "value64", digit: "1", quarters: 1 / 16, name: m.names_sixty_fourth, flags: 4, stem: true, filled: true },
  { id: "value32", digit: "2", quarters: 1 / 8, name: m.names_thirty_second, flags: 3, stem: true, filled: true },
  { id: "value16", digit: "3", quarters: 1 / 4, name: m.names_sixteenth, flags: 2, stem: true, filled: true },
  { id: "value8", digit: "4", quarters: 1 / 2, name: m.names_eighth, flags: 1, stem: true, filled: true },
  { id: "value4", digit: "5", quarters: 1, name: m.names_quarter, flags: 0, stem: true, filled: true },
  { id: "value2", digit: "6", quarters: 2, name: m.names_half, flags: 0, stem: true, filled: false },
  { id: "value1", digit: "7", quarters: 4, name: m.names_whole, flags: 0, stem: false, filled: false },
  { id: "valueBreve", digit: "8", quarters: 8, name: m.names_breve, flags: 0, stem: false, filled: false },
  { id: "valueLonga", digit: "9", quarters: 16, name: m.names_longa, flags: 0, stem: false, filled: false },
];

/** How a value is written: with a dot it is half as long again, in a triplet two thirds as long. */
export interface Length {
  quarters: number;
  dotted: boolean;
  triplet: boolean;
}

/** So many quarters. */
export const quartersOf = ({ quarters, dotted, triplet }: Length) => (quarters * (dotted ? 3 : 2)) / (triplet ? 3 : 2);

/** How so many quarters are written; undefined where it takes more than one sign. */
export function lengthOf(quarters: number): Length | undefined {
  const ways = VALUES.flatMap((value) => [[false, false], [true, false], [false, true]].map(([dotted, triplet]) => ({ quarters: value.quarters, dotted, triplet })));
  return ways.find((way) => Math.abs(quartersOf(way) - quarters) < 1e-3);
}
