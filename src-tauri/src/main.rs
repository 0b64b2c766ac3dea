//! The studio's window: a skin over `engine::Studio`, without musical code.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod drag;
mod renderer;

use engine::Studio;
use std::path::PathBuf;
use tauri::{Manager, RunEvent};

fn main() {
    renderer::settle();
    engine::log::start();
    if let Err(error) = open_window() {
        tracing::error!(%error, "the window could not be opened");
        std::process::exit(1);
    }
}

fn open_window() -> Result<(), Box<dyn std::error::Error>> {
    let studio = tauri::async_runtime::block_on(Studio::open())?;
    let piece = std::env::args_os().nth(1).map(PathBuf::from);
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, arguments, folder| {
            if let Some(window) = app.get_webview_window("main") {
                let _ = window.set_focus();
            }
            if let Some(piece) = arguments.get(1) {
                let (studio, piece) = (app.state::<Studio>().inner().clone(), PathBuf::from(folder).join(piece));
                tauri::async_runtime::spawn(async move { studio.open_or_say(&piece).await });
            }
        }))
        .plugin(tauri_plugin_dialog::init())
        .manage(studio.clone())
        .manage(commands::FirstPiece::new(piece))
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())?
        .run(move |_, event| {
            if let RunEvent::Exit = event
                && let Err(error) = tauri::async_runtime::block_on(studio.close())
            {
                tracing::warn!(%error, "the library was not closed in order");
            }
        });
    Ok(())
}
