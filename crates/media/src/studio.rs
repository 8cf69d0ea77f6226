//! Where pictures are worked on: beside the requests, one at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::fitting;
use crate::picture::{self, Refused, Rendition};

/// How many pictures may wait for their turn.
const WAITING: usize = 8;

/// Works on pictures. Clones share the bench and the queue.
#[derive(Clone, Debug)]
pub struct Studio {
    bench: Arc<Semaphore>,
    /// The bench, or a place in the queue.
    places: Arc<Semaphore>,
}

/// Why nothing came out of the studio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfinished {
    /// The picture is not taken.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Too many are waiting.
    #[error("too many pictures are waiting")]
    Busy,
}

impl Default for Studio {
    fn default() -> Self {
        Self { bench: Arc::new(Semaphore::new(1)), places: Arc::new(Semaphore::new(1 + WAITING)) }
    }
}

impl Studio {
    /// The middle of the picture in `bytes` as squares of these sizes, each as JPEG and as WebP.
    ///
    /// # Errors
    /// When it is no picture that the shop takes, or too many are waiting.
    pub async fn squares(&self, bytes: Vec<u8>, sizes: &'static [u32]) -> Result<Vec<Rendition>, Unfinished> {
        self.work(move || picture::squares(&bytes, sizes)).await
    }

    /// The whole picture in `bytes` for each of these sizes: neither wider nor higher than that, in its own shape, never
    /// made larger. Each as WebP, and as PNG if something shows through it, else as JPEG.
    ///
    /// # Errors
    /// When it is no picture that the shop takes, or too many are waiting.
    pub async fn fitted(&self, bytes: Vec<u8>, sizes: &'static [u32]) -> Result<Vec<Rendition>, Unfinished> {
        self.work(move || fitting::fitted(&bytes, sizes)).await
    }

    async fn work(
        &self,
        make: impl FnOnce() -> Result<Vec<Rendition>, Refused> + Send + 'static,
    ) -> Result<Vec<Rendition>, Unfinished> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_full| Unfinished::Busy)?;
        let bench = Arc::clone(&self.bench).acquire_owned().await.map_err(|_closed| Unfinished::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = make();
            drop((bench, place));
            done
        });
        // A decoder that panics has met a broken picture.
        Ok(done.await.unwrap_or(Err(Refused::Broken))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_sent_away() {
        let studio = Studio::default();
        let held = studio.places.acquire_many(u32::try_from(WAITING + 1).unwrap()).await.unwrap();
        assert_eq!(studio.squares(Vec::new(), &[16]).await.unwrap_err(), Unfinished::Busy);
        drop(held);
        assert_eq!(studio.squares(Vec::new(), &[16]).await.unwrap_err(), Unfinished::Refused(Refused::NoPicture));
        assert_eq!((studio.places.available_permits(), studio.bench.available_permits()), (WAITING + 1, 1));
    }
}
