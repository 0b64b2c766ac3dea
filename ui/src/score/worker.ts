// Verovio, in a thread of its own. Its files are those of its package, unchanged, and lie beside ours.

import moduleUrl from "verovio/wasm?url";
import toolkitUrl from "verovio/esm?url";
import type { Ink } from "./ink";
import { engraved, type Order, type Toolkit } from "./verovio";

export interface Delivery {
  number: number;
  ink: Ink | null;
  /** Why there is no ink. */
  reason: string;
}

const started = start();

async function start(): Promise<Toolkit> {
  const [{ default: load }, { VerovioToolkit }] = await Promise.all([import(/* @vite-ignore */ moduleUrl), import(/* @vite-ignore */ toolkitUrl)]);
  return new VerovioToolkit(await load());
}

async function deliver(order: Order): Promise<Delivery> {
  try {
    return { number: order.number, ink: engraved(await started, order), reason: "" };
  } catch (error) {
    return { number: order.number, ink: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

self.onmessage = ({ data }: MessageEvent<Order>) => void deliver(data).then((delivery) => self.postMessage(delivery));
