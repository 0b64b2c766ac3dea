// Tags as one writes them: words with commas between.

/** Tags in what was typed, each once. The engine tidies the rest. */
export const parted = (words: string): string[] => words.split(/[,，、;；]/).map((word) => word.trim()).filter(Boolean);

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Whether a tag is among what was typed. */
export const has = (words: string, tag: string) => parted(words).some((each) => same(each, tag));

/** What was typed with a tag put to it, or taken out. */
export function toggled(words: string, tag: string): string {
  const all = parted(words);
  return (has(words, tag) ? all.filter((each) => !same(each, tag)) : [...all, tag]).join(", ");
}

/** Every tag that pieces have, by the alphabet. */
export function allTags(pieces: readonly { tags: readonly string[] }[], language: string): string[] {
  return [...new Set(pieces.flatMap(({ tags }) => tags))].sort((a, b) => a.localeCompare(b, language));
}
