//! An editor's side: finds the daemon or starts one, and copies bytes. It never connects twice: what a lost daemon knew of
//! the editor's documents, only the editor can tell the next one.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, copy, split};

use crate::control::{AskError, greet};
use crate::frames;
use crate::hello::Hello;
use crate::socket_path::Place;
use crate::socket::{HALF_CLOSES, Stream};
use crate::start::Start;

/// How long the daemon has for what was asked last, where it cannot see that no more will be.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// How an editor's connection ended.
#[derive(Debug)]
pub enum Ended {
    /// The session is over; the exit code for the editor.
    Done(u8),
    /// The daemon was lost.
    Lost(String),
    /// None could be had: nothing was read of the input yet.
    Unreachable(String),
}

/// Connects an editor.
pub async fn shim(
    place: &Place,
    start: &Start,
    hello: Hello,
    mut input: impl AsyncRead + Unpin,
    mut output: impl AsyncWrite + Unpin,
) -> Ended {
    let stream = match reach(place, start, &hello).await {
        Ok(stream) => stream,
        Err(why) => return Ended::Unreachable(why),
    };
    let (mut from, mut to) = split(stream);
    let sending = async {
        let _ = copy(&mut input, &mut to).await;
        // The editor has said all that it will.
        let _ = to.shutdown().await;
        match HALF_CLOSES {
            true => std::future::pending::<()>().await,
            // It cannot be told so: what it asked last may still be answered, then it is hung up on.
            false => tokio::time::sleep(LAST_ANSWERS).await,
        }
    };
    tokio::select! {
        () = sending => Ended::Done(1),
        ended = frames::unpack(&mut from, &mut output) => match ended {
            Ok(code) => Ended::Done(code),
            Err(e) => Ended::Lost(e.to_string()),
        },
    }
}

async fn reach(place: &Place, start: &Start, hello: &Hello) -> Result<BufReader<Stream>, String> {
    let mut said = String::new();
    // A daemon that is just leaving may hang up once.
    for _ in 0..3 {
        match greet(place, hello).await {
            Ok((stream, _)) => return Ok(stream),
            Err(refused @ AskError::Refused(_)) => return Err(refused.to_string()),
            Err(AskError::Nobody) => {}
            Err(lost @ AskError::Lost(_)) => said = lost.to_string(),
        }
        let (place, start) = (place.clone(), start.clone());
        let runtime = tokio::runtime::Handle::current();
        let started = tokio::task::spawn_blocking(move || {
            let there = || runtime.block_on(async { crate::socket::connect(&place.socket()).await.is_ok() });
            start.start(&place, there)
        });
        started.await.map_err(|e| e.to_string())??;
    }
    Err(if said.is_empty() { "the daemon that was started cannot be reached".to_owned() } else { said })
}
