// Flat and sharp as outlines, since few fonts of letters have them. After Leland (SIL Open Font License 1.1), 1000 units
// to the em, y upwards.

export interface Sign {
  /** How far it goes to the right. */
  width: number;
  /** How far its middle line stands above the line on which letters stand. */
  raised: number;
  outline: string;
}

export const FLAT: Sign = {
  width: 262,
  raised: 190,
  outline: "M132 40v11c0 21 -3 55 -39 55c-40 0 -55 -29 -57 -38l-3 -195c58 46 99 88 99 167zM120 155c59 0 83 -49 83 -101c0 -103 -90 -185 -176 -228c-2 -1 -6 -2 -8 -2c-8 0 -14 6 -14 14l-5 601c0 8 6 14 14 14h12c8 0 14 -6 14 -14l-4 -321c5 6 34 37 84 37z",
};

export const SHARP: Sign = {
  width: 300,
  raised: 350,
  outline: "M78 74v-166l89 19v165zM233 105l-38 -7v-165l33 7h2c8 0 14 -6 14 -14v-59c0 -6 -5 -13 -11 -14l-38 -7v-147h-28v141l-89 -18v-155h-28v149l-33 -7h-3c-8 0 -14 6 -14 14v58c0 6 5 13 11 14l39 8v165l-33 -7h-3c-8 0 -14 6 -14 14v58c0 6 5 13 11 14l39 8v147h28v-141 l89 18v155h28v-149l33 7h2c8 0 14 -6 14 -14v-59c0 -6 -5 -13 -11 -14z",
};

/** Accidentals are a little larger than the letters beside them. */
export const EM = 1.15;
