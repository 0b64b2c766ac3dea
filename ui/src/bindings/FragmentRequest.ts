export type FragmentRequest = { fromBar: number, toBar: number, tracks: Array<number>, candidate: number | null, known: Array<number>, };
