//! What the window may ask: one line each, every one a call of `engine::Studio`.

use engine::wire::{
    Document, Event, Fragment, FragmentRequest, Instrument, Ports, Progress, ProjectSummary, Recording, Variations,
    VaryProgress, VaryRequest,
};
use engine::{
    Added, AskedStep, AudioFormat, DrumPlace, Error, Excerpt, Files, Learning, ModelEntry, MusicXml, PartSummary,
    Rendered, Studio, Template, TemplateSummary, TrainRequest, Version, VoiceCard, VoiceEntry,
};
use score::{Command, Controller, Patch, Tick, TrackId};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Mutex;
use tauri::ipc::{Channel, Invoke, Response};
use tauri::{State, WebviewWindow};

type Answer<T> = Result<T, Error>;

/// The piece named on the command line; it is opened when the page is there to show it.
pub struct FirstPiece(Mutex<Option<PathBuf>>);

impl FirstPiece {
    pub fn new(piece: Option<PathBuf>) -> Self {
        FirstPiece(Mutex::new(piece))
    }

    fn take(&self) -> Option<PathBuf> {
        self.0.lock().ok().and_then(|mut piece| piece.take())
    }
}

/// Every command, by name; a test holds this list against `ui/src/backend/tauri.ts`.
pub fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        connect,
        open,
        add_files,
        open_demo,
        open_project,
        recent,
        templates,
        new_piece,
        thumbnail,
        pin,
        tag,
        delete_piece,
        bring_back,
        versions,
        keep_version,
        go_back,
        copy_version,
        delete_version,
        document,
        notes,
        controllers,
        instruments,
        apply,
        preview,
        detect_chords,
        undo,
        redo,
        play,
        stop,
        seek,
        set_loop,
        sound_note,
        sound_phrase,
        set_metronome,
        set_clocked,
        sound_outputs,
        set_sound_output,
        arm,
        play_note,
        turn,
        let_go,
        record,
        end_recording,
        capture,
        set_latency,
        latency,
        ports,
        vary,
        cancel,
        audition,
        accept,
        accept_beside,
        asked,
        reject,
        judge,
        fragment,
        export_midi,
        drag_out,
        export_musicxml,
        export_pages,
        parts,
        drum_places,
        export_audio,
        voices,
        is_folder,
        survey,
        train_voice,
        stop_training,
        describe_voice,
        delete_voice,
        export_voice,
        import_voice,
        models,
        add_model,
        choose_model,
        delete_model,
        doctor,
        settings,
        set_settings
    ]
}

#[tauri::command]
async fn connect(
    studio: State<'_, Studio>,
    first: State<'_, FirstPiece>,
    channel: Channel<Event>,
) -> Answer<Option<Document>> {
    studio.subscribe(move |event| channel.send(event).is_ok());
    // Before the piece: what is wrong with that is not heard of again, silence is, when it is to play.
    studio.say_if_silent();
    if let Some(piece) = first.take() {
        studio.open_or_say(&piece).await;
    }
    Ok(studio.document().await)
}

#[tauri::command]
async fn open(studio: State<'_, Studio>, path: PathBuf) -> Answer<Vec<String>> {
    studio.open_file(&path).await
}

#[tauri::command]
async fn add_files(studio: State<'_, Studio>, paths: Vec<PathBuf>, tick: Tick) -> Answer<Added> {
    studio.add_files(&paths, tick).await
}

#[tauri::command]
async fn open_demo(studio: State<'_, Studio>) -> Answer<()> {
    studio.open_demo().await
}

#[tauri::command]
async fn open_project(studio: State<'_, Studio>, id: u32) -> Answer<()> {
    studio.open_project(id).await
}

#[tauri::command]
async fn recent(studio: State<'_, Studio>) -> Answer<Vec<ProjectSummary>> {
    studio.recent().await
}

#[tauri::command]
async fn templates(studio: State<'_, Studio>) -> Answer<Vec<TemplateSummary>> {
    Ok(studio.templates())
}

#[tauri::command]
async fn new_piece(studio: State<'_, Studio>, template: Template, names: Vec<String>) -> Answer<()> {
    studio.new_piece(template, &names).await
}

#[tauri::command]
async fn thumbnail(studio: State<'_, Studio>, id: u32) -> Answer<Response> {
    Ok(Response::new(studio.thumbnail(id).await?))
}

#[tauri::command]
async fn pin(studio: State<'_, Studio>, id: u32, on: bool) -> Answer<()> {
    studio.pin(id, on).await
}

#[tauri::command]
async fn tag(studio: State<'_, Studio>, id: u32, tags: Vec<String>) -> Answer<()> {
    studio.tag(id, &tags).await
}

#[tauri::command]
async fn delete_piece(studio: State<'_, Studio>, id: u32) -> Answer<()> {
    studio.delete_piece(id).await
}

#[tauri::command]
async fn bring_back(studio: State<'_, Studio>, id: u32) -> Answer<()> {
    studio.bring_back(id).await
}

#[tauri::command]
async fn versions(studio: State<'_, Studio>) -> Answer<Vec<Version>> {
    studio.versions().await
}

#[tauri::command]
async fn keep_version(studio: State<'_, Studio>, name: String) -> Answer<u32> {
    studio.keep_version(&name).await
}

#[tauri::command]
async fn go_back(studio: State<'_, Studio>, version: u32) -> Answer<u32> {
    studio.go_back(version).await
}

#[tauri::command]
async fn copy_version(studio: State<'_, Studio>, version: u32) -> Answer<()> {
    studio.copy_version(version).await
}

#[tauri::command]
async fn delete_version(studio: State<'_, Studio>, version: u32) -> Answer<()> {
    studio.delete_version(version).await
}

#[tauri::command]
async fn document(studio: State<'_, Studio>) -> Answer<Option<Document>> {
    Ok(studio.document().await)
}

#[tauri::command]
async fn notes(studio: State<'_, Studio>, track: TrackId) -> Answer<Response> {
    Ok(Response::new(studio.notes(track).await?))
}

#[tauri::command]
async fn controllers(studio: State<'_, Studio>, track: TrackId) -> Answer<Response> {
    Ok(Response::new(studio.controllers(track).await?))
}

#[tauri::command]
async fn instruments(studio: State<'_, Studio>) -> Answer<Vec<Instrument>> {
    Ok(studio.instruments())
}

#[tauri::command]
async fn apply(studio: State<'_, Studio>, command: Command, base_revision: u32) -> Answer<u32> {
    studio.apply(&command, base_revision).await
}

#[tauri::command]
async fn preview(studio: State<'_, Studio>, command: Option<Command>, base_revision: u32) -> Answer<Patch> {
    studio.preview(command.as_ref(), base_revision).await
}

#[tauri::command]
async fn detect_chords(
    studio: State<'_, Studio>,
    range: Option<engine::wire::Range>,
    base_revision: u32,
) -> Answer<u32> {
    studio.detect_chords(range, base_revision).await
}

#[tauri::command]
async fn undo(studio: State<'_, Studio>) -> Answer<u32> {
    studio.undo().await
}

#[tauri::command]
async fn redo(studio: State<'_, Studio>) -> Answer<u32> {
    studio.redo().await
}

#[tauri::command]
async fn play(studio: State<'_, Studio>) -> Answer<()> {
    studio.play().await
}

#[tauri::command]
async fn stop(studio: State<'_, Studio>) -> Answer<()> {
    studio.stop().await
}

#[tauri::command]
async fn seek(studio: State<'_, Studio>, tick: u32) -> Answer<()> {
    studio.seek(tick).await
}

#[tauri::command]
async fn set_loop(studio: State<'_, Studio>, range: Option<engine::wire::Range>) -> Answer<()> {
    studio.set_loop(range).await
}

#[tauri::command]
async fn sound_note(studio: State<'_, Studio>, track: TrackId, pitch: u8, velocity: u8) -> Answer<()> {
    studio.sound_note(track, pitch, velocity).await
}

#[tauri::command]
async fn sound_phrase(studio: State<'_, Studio>, program: u8, drums: bool) -> Answer<()> {
    studio.sound_phrase(program, drums).await
}

#[tauri::command]
async fn set_metronome(studio: State<'_, Studio>, on: bool) -> Answer<()> {
    studio.set_metronome(on).await
}

#[tauri::command]
async fn set_clocked(studio: State<'_, Studio>, ports: Vec<String>) -> Answer<()> {
    studio.set_clocked(ports).await
}

#[tauri::command]
async fn sound_outputs(studio: State<'_, Studio>) -> Answer<Vec<String>> {
    studio.sound_outputs().await
}

#[tauri::command]
async fn set_sound_output(studio: State<'_, Studio>, name: Option<String>) -> Answer<()> {
    studio.set_sound_output(name);
    Ok(())
}

#[tauri::command]
async fn arm(studio: State<'_, Studio>, tracks: Vec<TrackId>) -> Answer<()> {
    studio.arm(tracks).await
}

#[tauri::command]
async fn play_note(studio: State<'_, Studio>, pitch: u8, velocity: u8, at_ms: f64) -> Answer<()> {
    studio.play_note(pitch, velocity, at_ms);
    Ok(())
}

#[tauri::command]
async fn turn(studio: State<'_, Studio>, controller: Controller, value: i16, at_ms: f64) -> Answer<()> {
    studio.turn(controller, value, at_ms);
    Ok(())
}

#[tauri::command]
async fn let_go(studio: State<'_, Studio>) -> Answer<()> {
    studio.let_go();
    Ok(())
}

#[tauri::command]
async fn record(studio: State<'_, Studio>, recording: Recording) -> Answer<()> {
    studio.record(recording).await
}

#[tauri::command]
async fn end_recording(studio: State<'_, Studio>) -> Answer<u32> {
    studio.end_recording().await
}

#[tauri::command]
async fn capture(studio: State<'_, Studio>, recording: Recording) -> Answer<u32> {
    studio.capture(recording).await
}

#[tauri::command]
async fn set_latency(studio: State<'_, Studio>, ms: Option<f64>) -> Answer<()> {
    studio.set_latency(ms);
    Ok(())
}

#[tauri::command]
async fn latency(studio: State<'_, Studio>) -> Answer<f64> {
    Ok(studio.latency())
}

#[tauri::command]
async fn ports(studio: State<'_, Studio>) -> Answer<Ports> {
    Ok(studio.ports())
}

#[tauri::command]
async fn vary(studio: State<'_, Studio>, request: VaryRequest, progress: Channel<VaryProgress>) -> Answer<Variations> {
    studio.vary(request, move |step| progress.send(step).is_ok()).await
}

#[tauri::command]
async fn cancel(studio: State<'_, Studio>) -> Answer<()> {
    studio.cancel();
    Ok(())
}

#[tauri::command]
async fn audition(studio: State<'_, Studio>, candidate: Option<u32>) -> Answer<()> {
    studio.audition(candidate).await
}

#[tauri::command]
async fn accept(studio: State<'_, Studio>, id: u32) -> Answer<u32> {
    studio.accept(id).await
}

#[tauri::command]
async fn accept_beside(studio: State<'_, Studio>, id: u32, names: Vec<String>) -> Answer<u32> {
    studio.accept_beside(id, &names).await
}

#[tauri::command]
async fn asked(studio: State<'_, Studio>) -> Answer<Vec<AskedStep>> {
    studio.asked().await
}

#[tauri::command]
async fn reject(studio: State<'_, Studio>) -> Answer<()> {
    studio.reject().await
}

#[tauri::command]
async fn judge(studio: State<'_, Studio>, id: u32, liked: bool) -> Answer<()> {
    studio.judge(id, liked).await
}

#[tauri::command]
async fn fragment(studio: State<'_, Studio>, asked: FragmentRequest) -> Answer<Fragment> {
    studio.fragment(asked).await
}

#[tauri::command]
async fn export_midi(studio: State<'_, Studio>, path: PathBuf, excerpt: Excerpt) -> Answer<()> {
    studio.export_midi_of(&path, excerpt).await
}

#[tauri::command]
async fn drag_out(window: WebviewWindow, studio: State<'_, Studio>, excerpt: Excerpt) -> Answer<()> {
    let file = studio.hand_out(excerpt).await?;
    crate::drag::begin(&window, file)
}

#[tauri::command]
async fn export_musicxml(studio: State<'_, Studio>, path: PathBuf, version: MusicXml) -> Answer<Vec<String>> {
    studio.export_musicxml(&path, version).await
}

#[tauri::command]
async fn export_pages(
    studio: State<'_, Studio>,
    path: PathBuf,
    pages: Vec<String>,
    part: Option<String>,
) -> Answer<Vec<PathBuf>> {
    studio.export_pages(&path, pages, part.as_deref()).await
}

#[tauri::command]
async fn drum_places(studio: State<'_, Studio>) -> Answer<Vec<DrumPlace>> {
    Ok(studio.drum_places())
}

#[tauri::command]
async fn parts(studio: State<'_, Studio>) -> Answer<Vec<PartSummary>> {
    studio.parts().await
}

#[tauri::command]
async fn export_audio(
    studio: State<'_, Studio>,
    path: PathBuf,
    format: AudioFormat,
    progress: Channel<Progress>,
) -> Answer<Rendered> {
    studio.export_audio(&path, format, move |step| progress.send(step).is_ok()).await
}

#[tauri::command]
async fn voices(studio: State<'_, Studio>) -> Answer<Vec<VoiceEntry>> {
    studio.voices().await
}

#[tauri::command]
async fn is_folder(studio: State<'_, Studio>, path: PathBuf) -> Answer<bool> {
    Ok(studio.is_folder(&path).await)
}

#[tauri::command]
async fn survey(studio: State<'_, Studio>, folder: PathBuf, progress: Channel<Learning>) -> Answer<Files> {
    studio.survey(folder, move |step| progress.send(step.clone()).is_ok()).await
}

#[tauri::command]
async fn train_voice(
    studio: State<'_, Studio>,
    request: TrainRequest,
    progress: Channel<Learning>,
) -> Answer<VoiceCard> {
    // A page that does not hear any more does not end the training.
    studio.train_voice(request, move |step| drop(progress.send(step.clone()))).await
}

#[tauri::command]
async fn stop_training(studio: State<'_, Studio>) -> Answer<()> {
    studio.stop_training();
    Ok(())
}

#[tauri::command]
async fn describe_voice(
    studio: State<'_, Studio>,
    id: String,
    name: String,
    notes: String,
    tags: Vec<String>,
) -> Answer<()> {
    studio.describe_voice(id, name, notes, tags).await
}

#[tauri::command]
async fn delete_voice(studio: State<'_, Studio>, id: String) -> Answer<()> {
    studio.delete_voice(id).await
}

#[tauri::command]
async fn export_voice(studio: State<'_, Studio>, id: String, path: PathBuf) -> Answer<()> {
    studio.export_voice(id, path).await
}

#[tauri::command]
async fn import_voice(studio: State<'_, Studio>, path: PathBuf) -> Answer<String> {
    studio.import_voice(path).await
}

#[tauri::command]
async fn models(studio: State<'_, Studio>) -> Answer<Vec<ModelEntry>> {
    studio.models().await
}

#[tauri::command]
async fn add_model(studio: State<'_, Studio>, folder: PathBuf) -> Answer<String> {
    studio.add_model(folder).await
}

#[tauri::command]
async fn choose_model(studio: State<'_, Studio>, id: String) -> Answer<()> {
    studio.choose_model(id).await
}

#[tauri::command]
async fn delete_model(studio: State<'_, Studio>, id: String) -> Answer<()> {
    studio.delete_model(id).await
}

#[tauri::command]
async fn doctor(studio: State<'_, Studio>) -> Answer<engine::Doctor> {
    Ok(studio.doctor().await)
}

#[tauri::command]
async fn settings(studio: State<'_, Studio>) -> Answer<Value> {
    studio.settings().await
}

#[tauri::command]
async fn set_settings(studio: State<'_, Studio>, value: Value) -> Answer<()> {
    studio.set_settings(&value).await
}
