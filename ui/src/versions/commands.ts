// The command on versions; what can be done with one of them is in their sheet.

import type { Command } from "../app/commands";
import { overlays } from "../app/overlays.svelte";
import { studio } from "../app/studio.svelte";
import { m } from "../paraglide/messages";

export const versions: Command[] = [{ id: "versions", name: m.commands_versions, keys: ["Ctrl+Shift+S"], can: () => !!studio.document, run: () => (overlays.open = "versions") }];
