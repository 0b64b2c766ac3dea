import { paraglideVitePlugin } from "@inlang/paraglide-js";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// `npm run words` makes functions of the messages before a build and before tests; only while one develops they follow
// the files by themselves.
const words = () => paraglideVitePlugin({ project: "./project.inlang", outdir: "./src/paraglide", strategy: ["baseLocale"], outputStructure: "locale-modules" });

export default defineConfig(({ command, mode }) => ({
  plugins: [...(command === "serve" && mode !== "test" ? [words()] : []), svelte()],
  clearScreen: false,
  // The engraver is a module worker, so that it can load its two files as they are.
  worker: { format: "es" },
  server: { port: 5173, strictPort: true, fs: { allow: [".."] } },
  // The oldest web views of the platforms that we name: WebKitGTK 2.42, macOS 13, WebView2 is evergreen.
  build: { target: ["safari16.4", "chrome111"], assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
  // Style sheets are read by the test of their contrast.
  test: { include: ["src/**/*.test.ts"], css: true },
}));
