// What the engine says when something cannot be done. It says so in English, with values and what to do next; here it is
// read again and said in the language in force. What is not known stays as it is.

import { m } from "../paraglide/messages";
import { getLocale } from "../paraglide/runtime";
import { PLACES, READINGS, type Sentence } from "./readings";

type Said = (parts: Record<string, string>) => string;

/** In braces, what varies. */
const SENTENCES: readonly Sentence[] = [
  ["no piece is open; open one first", m.failure_no_piece],
  ["the piece has changed meanwhile (revision {asked}, now {now}); ask again", m.failure_stale],
  ["there is no candidate {id} any more; generate again", m.failure_no_candidate],
  ["no chord is heard there; a chord needs notes that sound together, in one track or in several", m.failure_no_chords],
  ["no model was found; looked in {looked}", m.failure_no_model],
  ["there is no voice {id} in the library; choose another one", m.failure_no_voice],
  ["there is no library here to keep pieces and voices in; name a folder for the voice", m.failure_no_library],
  ["the piece has no version {version} any more; look at the list again", m.failure_no_version],
  ["this piece is in no library, so that it has no versions; open it in the studio", m.failure_no_versions],
  ["a voice is being trained; wait until it is done, or stop it", m.failure_training],
  ["a background job ended without an answer: {reason}; please report this", m.failure_job],
  ["note {note} of track {track} is not as this edit expects it; ask again for the present document", m.failure_stale_note],
  ["the {what} is not as this edit expects it; ask again for the present document", m.failure_stale_part],
  ["there is no track {track}; the piece has {count}", m.failure_no_track_of],
  ["there is no note {note}; it may have been deleted meanwhile", m.failure_no_note],
  ["there is no {what} at tick {tick}; it may have been moved or removed meanwhile", m.failure_no_landmark],
  ["{what} {value} is outside {low}..={high}; choose one inside", m.failure_range_choose],
  ["a beat cannot be a 1/{value} note; choose 1, 2, 4, 8, 16, 32 or 64", m.failure_note_value],
  ["track {track} plays drums, which have no chords; choose another track", m.failure_drums],
  ["no place is known for the library; set DIABELLI_HOME to a folder that you may write to", m.failure_library_no_place],
  ["the folder {path} cannot be used: {source}; make it writable, or set DIABELLI_HOME to another one", m.failure_library_folder],
  ["the library {path} is open in another Diabelli{process}; go on there, or close it and try again", m.failure_library_locked],
  ["the library {path} was made by a newer Diabelli (its form is {found}, this program knows up to {known}); update Diabelli, or set DIABELLI_HOME to another folder", m.failure_library_newer],
  ["the disk with {path} is full{free}; free some space and try again, nothing else is needed", m.failure_library_full],
  ["{path} may not be written; make it and its folder writable, or set DIABELLI_HOME to another folder", m.failure_library_read_only],
  ["the library {path} is damaged ({what}); close Diabelli and start it again: it sets the file aside and takes over all that can be read", m.failure_library_damaged],
  ["piece {project} in {path} is damaged ({what}); rescue it: what can be read of it becomes a new piece", m.failure_piece_damaged],
  ["there is no piece {project} in the library; it may have been deleted", m.failure_no_project],
  ["there is no checkpoint {checkpoint} in the library; it may have gone with its piece", m.failure_no_checkpoint],
  ["piece {project} stands at step {stored} of its history, not at {asked}; open it again", m.failure_cursor],
  ["the history of piece {project} has {count} steps; {asked} is outside 0..={end}", m.failure_no_step],
  [`the setting "{key}" cannot be used: {source}; it is left as it is, choose it again`, m.failure_library_setting],
  ["the library {path} is closed; open it again", m.failure_library_closed],
  ["the library {path} could not be read or written: {source}; check the disk and try again", m.failure_library_database],
  ["{path} cannot be read: {error}; look after its permissions, or take the model's folder anew", m.failure_unread],
  ["the voice {voice} was learnt on top of another base model than this one; train it anew on this one", m.failure_other_base],
  ["no voice here knows the word {word}; {advice}", m.failure_words],
  ["these voices know none: train one from a folder with a text beside each piece", m.failure_words_none],
  ["choose from: {known}", m.failure_words_known],
  ["nothing is selected; select at least one bar of one track", m.failure_nothing_selected],
  ["the selected bars are empty, so there is nothing to vary; choose infill to have something new written", m.failure_nothing_to_vary],
  ["bar {bar} has too much music to be read at once ({tokens} tokens, {context} fit); select fewer tracks", m.failure_too_dense],
  ["cannot {doing} {path}: {source}; check that it exists, that you may use it and that the disk has space", m.failure_system],
  ["weight {name} {problem}; the model's files do not belong together, fetch or train them again", m.failure_weight],
  ["{asked} tokens do not fit into a context of {context}; read fewer bars or write in several passes", m.failure_context],
  ["no token is allowed to follow; the constraints contradict each other, release one of them", m.failure_nothing_allowed],
  ["cannot start a thread for writing: {source}; close other programs and try again", m.failure_thread],
  ["a thread of the decoder ended early; try again, and please report this", m.failure_stopped],
  ["there is nothing to choose between; give it a folder with pieces of several bars and parts", m.failure_no_lessons],
  ["no GPU can be used: {reason}; the processor learns instead", m.failure_gpu],
  ["the loss is not a number after {times} attempts from the last good checkpoint; lower the rate", m.failure_diverged],
  ["a step of {tokens} tokens at once needs {needs} MB of memory and {free} MB are free; close other programs, or learn less of the network", m.failure_memory],
  ["{path}: {source}; check that the place exists and that you may use it", m.failure_sound_file],
  ["the SoundFont {name} cannot be used: {reason} (byte {offset}); choose another .sf2 bank, or none to hear the built-in one", m.failure_font],
  ["a sample rate of {value} Hz is outside {low}..={high}; choose one inside", m.failure_rate],
  ["a tail of {seconds} s is outside 0..={most}; choose one inside, or none to let the last note ring out", m.failure_tail],
  ["the piece lasts {minutes} minutes, more than the {most} allowed; allow more, or look for a stray note at its end", m.failure_too_long],
  ["the recording would be {bytes} bytes and a WAV file holds {most}; choose a lower rate or depth", m.failure_too_large],
  ["{text} is no depth; choose 16, 24 or 32f", m.failure_depth],
  ["a FLAC file holds 16 or 24 bits; choose one of them, or WAV for floating point", m.failure_flac_depth],
  ["cannot {doing} it: {source}; {advice}", m.failure_format_system],
  ["the file has {bytes} bytes, more than the {limit} that a piece may have; split it first", m.failure_file_large],
  ["this is no MIDI file: byte {offset} should begin {wanted}, found {found}; choose a .mid, .kar or .rmi file", m.failure_not_midi],
  ["the MIDI file is damaged at byte {offset}: {reason}; export it again from the program that made it", m.failure_midi_damaged],
  ["an event at byte {offset} lies {quarters} quarter notes after the start, more than the {limit} that a piece may have", m.failure_event_late],
  ["the event at byte {offset} is one more than the {limit} that a piece may have; split the file first", m.failure_many_events],
  ["the track at byte {offset} is one more than the {limit} that a piece may have; split the file first", m.failure_many_tracks],
  ["this is no piece that can be read: it begins with {found}; choose a .mid, .kar, .rmi, .musicxml, .xml, .mxl or .abc file", m.failure_file_unknown],
  ["the XML is damaged in line {line}, column {column}: {reason}; export it again from the program that made it", m.failure_xml],
  ["line {line} declares entities, which no score needs and which can do harm; export it again without them", m.failure_entities],
  ["this is no MusicXML score: line {line} begins <{found}> instead of <score-partwise> or <score-timewise>; choose a score", m.failure_not_musicxml],
  ["line {line}: {value} {what}, more than the {limit} that a score may have; split it first", m.failure_score_limit],
  ["the compressed score cannot be opened: {reason}; export it again, or uncompressed", m.failure_archive],
  ["line {line}, column {column} of the ABC text: {reason}", m.failure_abc],
  ["measure {measure} ends {quarters} quarter notes after the start, more than the {limit} that a piece may have", m.failure_music_long],
  ["page {number} cannot be drawn: {reason}; show the score anew and try again", m.failure_page],
  ["{count} pages cannot be printed at once, 1 to {limit} can; print fewer tracks or a smaller score", m.failure_pages],
  ["reading stopped unexpectedly ({reason}); please report this file", m.failure_broken],
  ["cannot {what} {path}: {reason}; check that it exists, can be reached and has space", m.failure_corpus_io],
  ["bar {bar} of that track has {count} notes, not {number}; notes count from 1", m.failure_bar_notes],
  ["it has no notes to add", m.failure_no_notes_to_add],
  ["a recording runs and keeps what is played; stop it first", m.failure_recording_runs],
  ["nothing was played since the last take; play something first", m.failure_nothing_played],
  ["nothing can be recorded without the player; open the studio with sound", m.failure_no_player],
  ["no track is armed; arm one, or choose the one to record into", m.failure_not_armed],
  ["there is no track {track}; the piece has tracks 1..{count}", m.failure_no_track_list],
  ["no note lies in those bars and tracks; choose others", m.failure_no_note_there],
  ["piece {id} is open; open another one first", m.failure_piece_open],
  ["the tag {tag} has {length} letters; write {most} at most", m.failure_tag_long],
  ["{count} tags are too many; choose {most} at most", m.failure_tags_many],
  ["a loop from tick {from} to {to} is empty; mark at least one bar", m.failure_loop_empty],
  ["{reason}. You can still write, and export audio.", m.failure_silent],
  ["{below} dB below full scale is outside 0..=60; choose one inside", m.failure_peak_range],
  ["nothing is chosen to be written; choose notes or a track", m.failure_nothing_chosen],
  ["no track plays in bars {from}..{to}; the piece has {bars} bars. Select bars with notes, or name the tracks", m.failure_no_track_plays],
  ["there is no bar {bar}; the piece has bars 1..{bars}", m.failure_no_bar],
  ["a version has a name of 1 to {most} characters, not {length}", m.failure_version_name],
  ["this folder was removed while the voice learnt; train it again", m.failure_folder_removed],
  ["it has no card; export it again", m.failure_no_card],
  ["its fingerprints are damaged", m.failure_fingerprints],
  ["another training writes here; wait for it, or choose another folder", m.failure_other_training],
  ["{port} is connected and plays its tracks", m.failure_port_back],
  ["{port} is not there ({reason}); its tracks are played here until it is. Connect it, or send them elsewhere", m.failure_port_gone],
  ["{file}: repaired or not kept: {remarks}", m.failure_repaired],
  ["there is no file of music in it; add MIDI, MusicXML or ABC files", m.failure_no_music],
  ["none of its {count} files can be used: {reasons}", m.failure_none_usable],
  ["none of these files can be used; each line says why", m.failure_no_line_usable],
  ["{changed} of {count} files were changed or removed while it learnt; it knows them as they were, and continuing learns them as they are", m.warning_changed],
  ["all of it is drums: the voice will know no pitches", m.warning_drums],
  ["{bars} bars are few to learn from; {enough} or more make a voice of their own", m.warning_few_bars],
  ["there was time for {steps} of the {enough} steps that a voice needs at least; give it more minutes and continue", m.warning_few_steps],
  ["{file} has {percent} % of all notes; it is learnt less, so that the voice is not it alone", m.warning_one_file],
  ["there is one piece only: the voice can do little but repeat it", m.warning_one_piece],
  ["{size} bytes, more than the {most} that are read", m.failure_file_bytes],
  ["there are no notes in it", m.failure_file_no_notes],
  ["{bars} bars; {least} to {most} are used", m.failure_file_bars],
  ["{notes} notes; at least {least} are needed to learn from", m.failure_file_few_notes],
  ["nearly empty: only {filled} of {bars} bars have notes", m.failure_file_nearly_empty],
  ["too dense: up to {most} notes in a bar; no more than {dense} can be learnt from", m.failure_file_dense],
  ["all {notes} notes have one pitch", m.failure_file_one_pitch],
  ["nearly the same as {name}", m.failure_file_twin],
  ["track {track} plays {parts} instruments on several channels; each became a part of its own", m.failure_repair_channels],
  ["{tracks} tracks {name} never play at the same time; they became one part", m.failure_repair_joined],
  ["{name} on channel {channel} is a drum part by its name; it was read as drums", m.failure_repair_drums_name],
  ["{name} on channel {channel} is a drum part by its keys; it was read as drums", m.failure_repair_drums_keys],
  ["all notes stand beside the beat; they were moved {quarters} quarters earlier", m.failure_repair_earlier],
  ["all notes stand beside the beat; they were moved {quarters} quarters later", m.failure_repair_later],
  ["the beat of the file is not that of the music ({before} % of the onsets beside the grid); a beat of {rate} to each quarter of the file was found ({after} %)", m.failure_repair_beat],
  ["the file says 4/4, but the music repeats in bars of {metre}", m.failure_repair_metre_said],
  ["the file states no metre; the music repeats in bars of {metre}", m.failure_repair_metre_found],
  ["the file counts its upbeat as a bar; the first whole bar begins {quarters} quarters later", m.failure_repair_upbeat],
  ["the file states no metre and none is plain; 4/4 is assumed", m.failure_repair_no_metre],
  ["cancelled", m.failure_cancelled],
  ["cancelled; nothing was written", m.failure_cancelled_nothing],
  ["stopped as asked; nothing was written", m.failure_stopped_nothing],
];

const signs = (text: string) => text.replace(/[\\^$.*+?()[\]|/]/g, "\\$&");

/** What fits a sentence: a name for each brace, either word for each bracket. */
const pattern = (sentence: string) =>
  sentence.split(/(\{\w+\}|\[[^\]]*\])/).map((part) => (part.startsWith("{") ? `(?<${part.slice(1, -1)}>.+?)` : part.startsWith("[") ? `(?:${part.slice(1, -1)})` : signs(part))).join("");

const fitting = (sentences: readonly Sentence[]) =>
  sentences.map(([sentence, said]) => ({
    fits: new RegExp(`^${pattern(sentence)}$`, "s"),
    // How much of it is fixed: the more, the surer.
    sure: sentence.replace(/\{\w+\}/g, "").length,
    said: said as Said,
  })).sort((a, b) => b.sure - a.sure);

const KNOWN = fitting([...SENTENCES, ...READINGS]);
const WHERE = fitting(PLACES);

/** The first of these that fits, said here. */
function saidBy(sentences: typeof KNOWN, text: string, part: (text: string, name: string) => string): string | null {
  for (const { fits, said } of sentences) {
    const found = fits.exec(text);
    if (found) return said(Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, part(value, name)])));
  }
  return null;
}

/** What varies may be a sentence itself, several of them, or a name in quotation marks. */
const part = (text: string, name: string): string => (name === "remarks" ? remarks(text) : (known(text) ?? text.replace(/^"(.*)"$/s, "“$1”")));

/** The sentence as it is said here; none where its words are not known. A path before it stays, and so does where it was. */
export function known(text: string): string | null {
  const whole = saidBy(KNOWN, text, part);
  if (whole !== null) return whole;
  const [, body, first, where] = /^(.+?) \((first in )?(.+)\)$/s.exec(text) ?? [];
  const what = body === undefined ? null : known(body);
  if (what !== null && where !== undefined) {
    const place = saidBy(WHERE, where, (value) => value) ?? where;
    return first ? m.reading_placed_first({ what, place }) : m.reading_placed({ what, place });
  }
  const [, path, reason] = /^((?:\/|[A-Za-z]:\\)[^:]*|[^:]*\.\w+): (.+)$/s.exec(text) ?? [];
  const inner = reason === undefined ? null : known(reason);
  return inner === null ? null : `${path}：${inner}`;
}

/** Several remarks, each as it is said here: what stands between them stands within some of them too. */
export function remarks(text: string): string {
  if (getLocale() === "en") return text;
  const parts = text.split("; ");
  const spans: string[] = [];
  for (let at = 0; at < parts.length; ) {
    const span = (end: number) => parts.slice(at, end).join("; ");
    const end = parts.map((_, index) => index + 1).find((end) => end > at && known(span(end)) !== null) ?? at + 1;
    spans.push(span(end));
    at = end;
  }
  return allWords(spans);
}

/** What went wrong, as it is said here. */
export const failureWords = (text: string): string => (getLocale() === "en" ? text : (known(text) ?? text));

/** Several of them in one sentence. */
export const allWords = (texts: readonly string[]): string => texts.map(failureWords).join(m.words_semicolon());
