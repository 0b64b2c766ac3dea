export type Fragment = { revision: number, checksums: Array<number>, text: string | null, tiedBefore: Array<string>, tiedAfter: Array<string>, };
