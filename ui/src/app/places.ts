// Where the palette leads beside commands: bars by number, sections, tracks and pieces by name.

import { titleOf } from "../home/home.svelte";
import { trackName } from "../document/instruments";
import { fileText } from "../document/names";
import { m } from "../paraglide/messages";
import { sheet } from "../roll/sheet.svelte";
import { transport } from "../transport/transport.svelte";
import * as backend from "../backend/tauri";
import { selection } from "./selection.svelte";
import { studio } from "./studio.svelte";
import { taste } from "./taste.svelte";

export interface Way {
  id: string;
  name: () => string;
  /** What it leads to: a bar, a track… */
  kind: string;
  /** Stands before the commands. */
  first: boolean;
  go: () => unknown;
}

/** No more than so many of a kind. */
const MOST = 8;

async function goTo(tick: number) {
  if (taste.view === "home" || taste.view === "voices") taste.edit();
  sheet.show(tick);
  await transport.seek(tick);
}

/** What is meant by words: nothing before anything is typed. */
export function places(words: string): Way[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  const parts = wanted.split(/\s+/);
  const fits = (text: string) => parts.every((part) => text.toLowerCase().includes(part));
  const { document, bars } = studio;
  const found: Way[] = [];
  // "42", "bar 42", "42 小节": a number, and at most a word beside it.
  const number = Number(/^\D{0,8}?(\d{1,6})\D{0,4}$/.exec(wanted)?.[1]);
  if (document && bars && number >= 1 && number <= bars.count(sheet.end) + 8) {
    found.push({ id: `bar-${number}`, name: () => m.words_bar({ bar: number }), kind: m.palette_bar(), first: true, go: () => goTo(bars.start(number - 1)) });
  }
  for (const { tick, text } of document?.markers ?? []) {
    const name = fileText(text);
    if (fits(name)) found.push({ id: `section-${tick}`, name: () => name, kind: m.palette_section(), first: false, go: () => goTo(tick) });
  }
  for (const track of (document?.tracks ?? []).filter((track) => fits(trackName(track))).slice(0, MOST)) {
    found.push({ id: `track-${track.id}`, name: () => trackName(track), kind: m.palette_track(), first: false, go: () => void (selection.track = track.id) });
  }
  for (const project of studio.projects.filter((project) => project.id !== document?.project && fits(titleOf(project))).slice(0, MOST)) {
    found.push({ id: `piece-${project.id}`, name: () => titleOf(project), kind: m.palette_piece(), first: false, go: () => backend.openProject(project.id) });
  }
  // Of several at one place one is enough.
  return found.filter(({ id }, at) => found.findIndex((one) => one.id === id) === at);
}
