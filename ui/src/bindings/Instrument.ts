export type Instrument = { program: number, drums: boolean, name: string, family: string, };
