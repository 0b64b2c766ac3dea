// The only file that knows Tauri. One function for each command of src-tauri/src/commands.rs, under the same name.

import { Channel, invoke } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { getCurrentWindow } from "@tauri-apps/api/window";
import { open as openDialog, save as saveDialog } from "@tauri-apps/plugin-dialog";
import type { Added } from "../bindings/Added";
import type { AskedStep } from "../bindings/AskedStep";
import type { AudioFormat } from "../bindings/AudioFormat";
import type { Code } from "../bindings/Code";
import type { Command } from "../bindings/Command";
import type { Doctor } from "../bindings/Doctor";
import type { Excerpt } from "../bindings/Excerpt";
import type { Document } from "../bindings/Document";
import type { DrumPlace } from "../bindings/DrumPlace";
import type { Event } from "../bindings/Event";
import type { Files } from "../bindings/Files";
import type { Learning } from "../bindings/Learning";
import type { ModelEntry } from "../bindings/ModelEntry";
import type { Template } from "../bindings/Template";
import type { TemplateSummary } from "../bindings/TemplateSummary";
import type { TrainRequest } from "../bindings/TrainRequest";
import type { Version } from "../bindings/Version";
import type { VoiceCard } from "../bindings/VoiceCard";
import type { VoiceEntry } from "../bindings/VoiceEntry";
import type { Fragment } from "../bindings/Fragment";
import type { FragmentRequest } from "../bindings/FragmentRequest";
import type { Instrument } from "../bindings/Instrument";
import type { Controller } from "../bindings/Controller";
import type { Ports } from "../bindings/Ports";
import type { Patch } from "../bindings/Patch";
import type { PartSummary } from "../bindings/PartSummary";
import type { Progress } from "../bindings/Progress";
import type { ProjectSummary } from "../bindings/ProjectSummary";
import type { Range } from "../bindings/Range";
import type { Recording } from "../bindings/Recording";
import type { Rendered } from "../bindings/Rendered";
import type { Variations } from "../bindings/Variations";
import type { VaryProgress } from "../bindings/VaryProgress";
import type { VaryRequest } from "../bindings/VaryRequest";
import { failureWords } from "../app/failures";
import { m } from "../paraglide/messages";

/** What a command fails with. */
export interface Failure {
  code: Code;
  message: string;
}

/** Any thrown value as a failure that can be shown. */
export function failure(error: unknown): Failure {
  if (error && typeof error === "object" && "message" in error) {
    return { code: "code" in error ? (error.code as Code) : "refused", message: failureWords(String(error.message)) };
  }
  return { code: "refused", message: String(error) };
}

function channel<T>(hear: (message: T) => void): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = hear;
  return channel;
}

export const connect = (hear: (event: Event) => void) => invoke<Document | null>("connect", { channel: channel(hear) });
export const open = (path: string) => invoke<string[]>("open", { path });
export const openDemo = () => invoke<void>("open_demo");
export const addFiles = (paths: string[], tick: number) => invoke<Added>("add_files", { paths, tick });
export const openProject = (id: number) => invoke<void>("open_project", { id });
export const templates = () => invoke<TemplateSummary[]>("templates");
export const newPiece = (template: Template, names: string[]) => invoke<void>("new_piece", { template, names });
export const thumbnail = (id: number) => invoke<ArrayBuffer>("thumbnail", { id });
export const pin = (id: number, on: boolean) => invoke<void>("pin", { id, on });
export const tag = (id: number, tags: string[]) => invoke<void>("tag", { id, tags });
export const deletePiece = (id: number) => invoke<void>("delete_piece", { id });
export const bringBack = (id: number) => invoke<void>("bring_back", { id });
export const versions = () => invoke<Version[]>("versions");
export const keepVersion = (name: string) => invoke<number>("keep_version", { name });
export const goBack = (version: number) => invoke<number>("go_back", { version });
export const copyVersion = (version: number) => invoke<void>("copy_version", { version });
export const deleteVersion = (version: number) => invoke<void>("delete_version", { version });
export const recent = () => invoke<ProjectSummary[]>("recent");
export const document = () => invoke<Document | null>("document");
export const notes = (track: number) => invoke<ArrayBuffer>("notes", { track });
export const controllers = (track: number) => invoke<ArrayBuffer>("controllers", { track });
export const instruments = () => invoke<Instrument[]>("instruments");
/** What a command would do, which is heard meanwhile; null: nothing. */
export const preview = (command: Command | null, baseRevision: number) => invoke<Patch>("preview", { command, baseRevision });
export const apply = (command: Command, baseRevision: number) => invoke<number>("apply", { command, baseRevision });
export const detectChords = (range: Range | null, baseRevision: number) => invoke<number>("detect_chords", { range, baseRevision });
export const undo = () => invoke<number>("undo");
export const redo = () => invoke<number>("redo");
export const play = () => invoke<void>("play");
export const stop = () => invoke<void>("stop");
export const seek = (tick: number) => invoke<void>("seek", { tick });
export const setLoop = (range: Range | null) => invoke<void>("set_loop", { range });
export const soundNote = (track: number, pitch: number, velocity: number) =>
  invoke<void>("sound_note", { track, pitch, velocity });
export const soundPhrase = (program: number, drums: boolean) => invoke<void>("sound_phrase", { program, drums });
export const setMetronome = (on: boolean) => invoke<void>("set_metronome", { on });
export const setClocked = (ports: string[]) => invoke<void>("set_clocked", { ports });
export const arm = (tracks: number[]) => invoke<void>("arm", { tracks });
export const playNote = (pitch: number, velocity: number, atMs: number) => invoke<void>("play_note", { pitch, velocity, atMs });
export const turn = (controller: Controller, value: number, atMs: number) => invoke<void>("turn", { controller, value, atMs });
export const letGo = () => invoke<void>("let_go");
export const record = (recording: Recording) => invoke<void>("record", { recording });
export const endRecording = () => invoke<number>("end_recording");
export const capture = (recording: Recording) => invoke<number>("capture", { recording });
export const setLatency = (ms: number | null) => invoke<void>("set_latency", { ms });
export const soundOutputs = () => invoke<string[]>("sound_outputs");
export const setSoundOutput = (name: string | null) => invoke<void>("set_sound_output", { name });
export const latency = () => invoke<number>("latency");
export const ports = () => invoke<Ports>("ports");
export const vary = (request: VaryRequest, hear: (step: VaryProgress) => void) =>
  invoke<Variations>("vary", { request, progress: channel(hear) });
export const cancel = () => invoke<void>("cancel");
export const audition = (candidate: number | null) => invoke<void>("audition", { candidate });
export const accept = (id: number) => invoke<number>("accept", { id });
export const acceptBeside = (id: number, names: string[]) => invoke<number>("accept_beside", { id, names });
export const asked = () => invoke<AskedStep[]>("asked");
export const reject = () => invoke<void>("reject");
export const judge = (id: number, liked: boolean) => invoke<void>("judge", { id, liked });
export const fragment = (asked: FragmentRequest) => invoke<Fragment>("fragment", { asked });
export const exportMidi = (path: string, excerpt: Excerpt) => invoke<void>("export_midi", { path, excerpt });
export const dragOut = (excerpt: Excerpt) => invoke<void>("drag_out", { excerpt });
export const exportMusicxml = (path: string, version: "3.1" | "4.0") => invoke<string[]>("export_musicxml", { path, version });
export const exportPages = (path: string, pages: string[], part: string | null) => invoke<string[]>("export_pages", { path, pages, part });
export const drumPlaces = () => invoke<DrumPlace[]>("drum_places");
export const parts = () => invoke<PartSummary[]>("parts");
export const exportAudio = (path: string, format: AudioFormat, hear: (progress: Progress) => void) =>
  invoke<Rendered>("export_audio", { path, format, progress: channel(hear) });
export const voices = () => invoke<VoiceEntry[]>("voices");
export const isFolder = (path: string) => invoke<boolean>("is_folder", { path });
export const survey = (folder: string, hear: (step: Learning) => void) =>
  invoke<Files>("survey", { folder, progress: channel(hear) });
export const trainVoice = (request: TrainRequest, hear: (step: Learning) => void) =>
  invoke<VoiceCard>("train_voice", { request, progress: channel(hear) });
export const stopTraining = () => invoke<void>("stop_training");
export const describeVoice = (id: string, name: string, notes: string, tags: string[]) =>
  invoke<void>("describe_voice", { id, name, notes, tags });
export const deleteVoice = (id: string) => invoke<void>("delete_voice", { id });
export const exportVoice = (id: string, path: string) => invoke<void>("export_voice", { id, path });
export const importVoice = (path: string) => invoke<string>("import_voice", { path });
export const models = () => invoke<ModelEntry[]>("models");
export const addModel = (folder: string) => invoke<string>("add_model", { folder });
export const chooseModel = (id: string) => invoke<void>("choose_model", { id });
export const deleteModel = (id: string) => invoke<void>("delete_model", { id });
export const doctor = () => invoke<Doctor>("doctor");
export const settings = () => invoke<unknown>("settings");
export const setSettings = (value: unknown) => invoke<void>("set_settings", { value });

const voiceFile = () => ({ name: m.files_voice(), extensions: ["safetensors"] });
const MIDI = { name: "MIDI", extensions: ["mid", "midi", "kar", "rmi", "smf"] };
const MUSICXML = { name: "MusicXML", extensions: ["musicxml", "mxl", "xml"] };
const ABC = { name: "ABC", extensions: ["abc"] };
const music = () => ({ name: m.files_music(), extensions: [MIDI, MUSICXML, ABC].flatMap((kind) => kind.extensions) });

/** Asks for a file to open. */
export const chooseFile = () => openDialog({ filters: [music(), MIDI, MUSICXML, ABC], multiple: false });

/** Asks for a folder of music. */
export const chooseFolder = () => openDialog({ directory: true, multiple: false });

/** Asks for a voice that was exported. */
export const chooseVoice = () => openDialog({ filters: [voiceFile()], multiple: false });

/** Asks where a voice is to be written. */
export const chooseVoiceTarget = (name: string) => saveDialog({ defaultPath: `${name}.safetensors`, filters: [voiceFile()] });

/** Asks where to write. */
export const chooseTarget = (name: string, extension: "mid" | "wav" | "flac" | "musicxml" | "mxl" | "pdf" | "svg" | "png") =>
  saveDialog({ defaultPath: `${name}.${extension}`, filters: [{ name: extension.toUpperCase(), extensions: [extension] }] });

/** Hears of files that are dragged over the window and dropped on it. */
export function onDrop(hear: (paths: string[] | null, over: boolean, at: { x: number; y: number } | null) => void) {
  return getCurrentWebview().onDragDropEvent(({ payload }) => {
    // Where it is comes in the display's own pixels.
    const at = payload.type === "leave" ? null : { x: payload.position.x / devicePixelRatio, y: payload.position.y / devicePixelRatio };
    if (payload.type === "drop") hear(payload.paths, false, at);
    else hear(null, payload.type !== "leave", at);
  });
}

/** Everything in the window so many times its own size. */
export const setZoom = (factor: number) => getCurrentWebview().setZoom(factor);

/** What the system draws of the window: its frame, its menus. Null: as the system has it. */
export const setTheme = (theme: "light" | "dark" | null) => getCurrentWindow().setTheme(theme);

export const setTitle = (title: string) => getCurrentWindow().setTitle(title);
