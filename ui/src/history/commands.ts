// The command on the history; its steps are in the sheet.

import type { Command } from "../app/commands";
import { overlays } from "../app/overlays.svelte";
import { studio } from "../app/studio.svelte";
import { m } from "../paraglide/messages";

export const history: Command[] = [{ id: "history", name: m.commands_history, keys: ["Ctrl+Alt+Z"], can: () => !!studio.document, run: () => (overlays.open = "history") }];
