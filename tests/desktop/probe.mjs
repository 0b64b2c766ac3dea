import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { Key, Window } from "./driver.mjs";
const rss = () => readdirSync("/proc").filter((p) => /^\d+$/.test(p)).flatMap((p) => { try { const comm = readFileSync(`/proc/${p}/comm`, "utf8").trim(); const env = readFileSync(`/proc/${p}/environ`, "utf8"); if (comm !== "WebKitWebProces" || !env.includes(process.env.DIABELLI_OUT)) return []; const s = readFileSync(`/proc/${p}/smaps_rollup`, "utf8"); return [Math.round(Number(/Pss:\s+(\d+)/.exec(s)[1]) / 1024)]; } catch { return []; } }).join();
test("memory", async () => {
  const window = await Window.demo(process.env.DIABELLI_DRIVER, process.env.DIABELLI_STUDIO);
  const wait = (ms) => new Promise((wake) => setTimeout(wake, ms));
  console.log("start", rss());
  const many = async (what, count, act) => { const from = rss(); for (let i = 0; i < count; i++) await act(i); await wait(3000); console.log(what, count, from, "->", rss()); };
  for (let round = 0; round < 2; round++) {
    await many("open demo", 15, () => window.run(() => window.__diabelli.studio.openDemo()).then(() => wait(200)));
    await many("palette", 30, async () => { await window.press(Key.control, "k"); await wait(50); await window.press(Key.escape); await wait(50); });
    await many("views", 15, async () => { for (const k of ["3", "1", "5", "1"]) { await window.press(Key.control, k); await wait(80); } });
    await many("score", 10, async () => { await window.press(Key.control, "2"); await wait(400); await window.press(Key.control, "1"); await wait(100); });
    await many("transpose+undo all", 15, async () => { await window.press(Key.control, "a"); await window.press(Key.up); await wait(150); await window.press(Key.control, "z"); await wait(150); });
  }
  await window.close();
});
