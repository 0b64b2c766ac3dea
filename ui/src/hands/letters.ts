// Letters as keys of a piano, by their places on the keyboard, whatever stands on them.

/** From the C that A plays: white keys in one row, black ones in the row above. */
const ROWS = ["KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ", "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon"];

/** The pitch of a place on the keyboard, which may be none of MIDI's; null: it is no key. Octave 4 begins with middle C. */
export function pitchOf(code: string, octave: number): number | null {
  const at = ROWS.indexOf(code);
  return at < 0 ? null : (octave + 1) * 12 + at;
}

/** What stands on the key that plays a pitch; empty: none does. */
export function letterOf(pitch: number, octave: number): string {
  const code = ROWS[pitch - (octave + 1) * 12];
  return code === "Semicolon" ? ";" : (code?.slice(3) ?? "");
}

const within = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
export const clampOctave = (octave: number) => within(octave, -1, 9);
export const clampVelocity = (velocity: number) => within(velocity, 1, 127);
