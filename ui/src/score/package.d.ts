// What is used of the package, which has no types of its own.

declare module "verovio/wasm" {
  export default function load(): Promise<unknown>;
}
declare module "verovio/esm" {
  export const VerovioToolkit: new (module: unknown) => import("./verovio").Toolkit;
}
