// The parts of the window that one goes round without Tab.

/** Puts the focus into the region after the one that has it, or before. */
export function region(step: 1 | -1) {
  const regions = [...document.querySelectorAll<HTMLElement>("header.bar, aside, main, footer.status")];
  // A region's own thing goes before the buttons around it.
  const first = (each: HTMLElement) => each.querySelector<HTMLElement>("[data-own]") ?? each.querySelector<HTMLElement>('[role="application"], [role="grid"]') ?? each.querySelector<HTMLElement>('button:not(:disabled), [tabindex="0"]');
  const targets = regions.flatMap((each) => first(each) ?? []);
  if (!targets.length) return;
  const now = regions.findIndex((each) => each.contains(document.activeElement));
  const at = targets.findIndex((target) => regions[now]?.contains(target));
  targets[at < 0 ? 0 : (at + step + targets.length) % targets.length].focus();
}
