// Where tracks are heard: in the studio, by which sound output, or on a MIDI port; and which ports hear the clock.

import * as backend from "../backend/tauri";
import type { Output } from "../bindings/Output";
import { studio } from "../app/studio.svelte";
import { taste } from "../app/taste.svelte";
import { hands } from "../hands/hands.svelte";
import { roster } from "./roster.svelte";

class Outputs {
  /** Every port that can be chosen: those that are there, and those that tracks or the clock name. */
  get ports(): string[] {
    const named = roster.all.flatMap(({ header }) => header.output?.port ?? []);
    return [...new Set([...hands.ports.outputs, ...named, ...taste.clocked])];
  }

  isThere(port: string): boolean {
    return hands.ports.outputs.includes(port);
  }

  /** Tells the engine what was kept. */
  async start() {
    if (taste.sound !== null) await studio.ask(backend.setSoundOutput(taste.sound), undefined);
    await this.#clock();
  }

  /** Plays through a sound output from now on; null: the system's. */
  async hear(name: string | null) {
    taste.sound = name;
    taste.keep();
    await studio.ask(backend.setSoundOutput(name), undefined);
  }

  #clock() {
    return studio.ask(backend.setClocked([...taste.clocked]), undefined);
  }

  /** Sends a track to a port, on its own channel at first; null: it is heard here. */
  async send(track: number, port: string | null) {
    const header = roster.all.find(({ id }) => id === track)?.header;
    if (!header || (header.output?.port ?? null) === port) return;
    const output: Output | undefined = port === null ? undefined : { channel: header.channel, programs: true, ...header.output, port };
    await studio.apply({ kind: "setOutput", track, output });
  }

  async change(track: number, change: Partial<Output>) {
    const output = roster.all.find(({ id }) => id === track)?.header.output;
    if (output) await studio.apply({ kind: "setOutput", track, output: { ...output, ...change } });
  }

  /** A port hears the clock, or not any more. */
  async clock(port: string, on: boolean) {
    taste.clocked = on ? [...taste.clocked, port] : taste.clocked.filter((one) => one !== port);
    taste.keep();
    await this.#clock();
  }
}

export const outputs = new Outputs();
